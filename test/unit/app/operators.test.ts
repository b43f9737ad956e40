import { afterEach, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor } from "../support.ts";
import { Guard } from "./guard.ts";

afterEach(() => vi.restoreAllMocks());

const issuer = await TestIssuer.create();
const LEDGER = { idFromName: () => undefined };
const STAFF = { issuer: "https://staff.example", audiences: ["operators"], algorithms: ["ES256"] };

it.each([
  [
    "an audience that is not its own",
    { ...STAFF, audiences: false, keys: [issuer.publicJwk] },
    "operatorIssuer.audiences",
  ],
  ["a key that cannot be used", { ...STAFF, keys: [{ ...issuer.publicJwk, use: "enc" }] }, "operatorIssuer.keys[0]"],
])("an issuer of operators with %s is a wrong configuration like any other", async (_what, operatorIssuer, path) => {
  const guard = new Guard({ ...configFor(issuer), operatorIssuer }, { LEDGER });
  const statuses = await Promise.all([guard.send("/"), guard.send("/_jotgate/v1/status")]);
  expect(statuses.map(({ status }) => status)).toEqual([503, 503]);
  expect(guard.records).toMatchObject([{ event: "configuration_invalid", problems: [{ path }] }]);
});

it.each([
  ["operatorIssuer", { ...STAFF, keys: [issuer.publicJwk] }, 401],
  ["operatorAccess", { team: "https://team.cloudflareaccess.com", audience: "tag", roles: [] }, 401],
  ["selfRevocation", true, 404],
  ["realm", "without operators", 404],
])("the API is there for operators: with %s, its status is answered with %j %d", async (setting, value, status) => {
  const guard = new Guard({ ...configFor(issuer), [setting]: value }, { LEDGER });
  expect((await guard.send("/_jotgate/v1/status")).status).toBe(status);
});
