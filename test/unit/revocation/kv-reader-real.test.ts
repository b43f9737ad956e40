import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { ALICE, BOB, nameOf, REVOKED, readerOf, SAYS_REVOKED, T } from "./store.ts";

const { REVOCATIONS: kv } = env as unknown as { REVOCATIONS: KVNamespace };

it("the runtime's KV takes the bulk read, gives records as text and null for those that are not there", async () => {
  await kv.put(await nameOf("session", ALICE), REVOKED);
  const reader = readerOf(kv);
  expect(await reader.lookUp(ALICE, T)).toEqual({
    status: "known",
    records: { session: SAYS_REVOKED },
    source: "kv",
    asOf: T,
  });
  expect(await reader.lookUp(BOB, T)).toHaveProperty("records", {});
});

it("the runtime's KV gives an empty value back as one, which is no absence", async () => {
  const identity = { ...ALICE, tokenId: "token-with-empty-record", sessionId: undefined };
  await kv.put(await nameOf("token", identity), "");
  expect(await readerOf(kv).lookUp(identity, T)).toEqual({ status: "record_invalid", kind: "token" });
});
