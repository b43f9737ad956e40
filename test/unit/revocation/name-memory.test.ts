import { expect, it, vi } from "vitest";
import { NameMemory } from "../../../src/revocation/name-memory.ts";
import { idOf } from "../../../src/revocation/record-id.ts";
import { ALICE, namer } from "./store.ts";

it("gives name and id of each record that can concern a token", async () => {
  const addresses = await new NameMemory(namer).addressesFor(ALICE);
  const names = await namer.namesFor(ALICE);
  expect(addresses.map(({ kind }) => kind)).toEqual(["token", "session", "subject", "issuer"]);
  const written = names.map(({ kind, name }) => ({ kind, name, id: idOf(name) }));
  expect(addresses.map(({ kind, name, id }) => ({ kind, name, id }))).toEqual(written);
});

it("leaves out kinds that the token has no value for", async () => {
  const addresses = await new NameMemory(namer).addressesFor({ ...ALICE, tokenId: undefined, sessionId: undefined });
  expect(addresses.map(({ kind }) => kind)).toEqual(["subject", "issuer"]);
});

it("derives them once for each token", async () => {
  const memory = new NameMemory(namer);
  const derive = vi.spyOn(namer, "namesFor");
  try {
    const first = await memory.addressesFor(ALICE);
    expect(await memory.addressesFor(ALICE)).toBe(first);
    expect(derive).toHaveBeenCalledTimes(1);
    await memory.addressesFor({ ...ALICE, tokenId: ALICE.sessionId, sessionId: ALICE.tokenId });
    expect(derive).toHaveBeenCalledTimes(2);
  } finally {
    derive.mockRestore();
  }
});
