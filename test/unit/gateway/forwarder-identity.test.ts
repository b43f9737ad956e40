import { expect, it } from "vitest";
import type { VerifiedToken } from "../../../src/model/token.ts";
import { bearer, verified } from "./decisions.ts";
import { FakeOrigin } from "./fake-origin.ts";

/** All tokens of an issuer have one object for it, as in an isolate. */
const { issuer } = await verified();

async function ofOneIssuer(claims: Record<string, unknown>): Promise<VerifiedToken> {
  return { ...(await verified(claims)), issuer };
}

it("two users of one issuer stay two, in whatever order they come", async () => {
  const origin = new FakeOrigin();
  const forwarder = origin.forwarder();
  const [alice, bob] = [
    await ofOneIssuer({ sub: "alice", scope: "a" }),
    await ofOneIssuer({ sub: "bob", client_id: "web" }),
  ];
  for (const token of [alice, bob, alice, bob, bob]) await origin.forward(bearer(token), undefined, forwarder);
  const told = origin.requests.map(({ headers }) =>
    ["subject", "scope", "client"].map((name) => headers.get(`x-jotgate-${name}`)),
  );
  const [first, second] = [
    ["alice", "a", null],
    ["bob", "", "web"],
  ];
  expect(told).toEqual([first, second, first, second, second]);
});

it("two tokens of one user are told apart by their scopes", async () => {
  const origin = new FakeOrigin();
  const forwarder = origin.forwarder();
  for (const scope of ["read", "write", "read"]) {
    await origin.forward(bearer(await ofOneIssuer({ scope })), undefined, forwarder);
  }
  expect(origin.requests.map(({ headers }) => headers.get("x-jotgate-scope"))).toEqual(["read", "write", "read"]);
});
