import { expect, it } from "vitest";
import { lifetimesOf } from "../../../src/ledger-lifetimes.ts";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer } from "./problems.ts";

const env = { ...ENVIRONMENT, LEDGER: { idFromName: () => {} } };
const STAFF = { audiences: ["operators"], algorithms: ["ES256"], jwksUri: "https://staff.example/jwks" };

function lifetimesWith(guard: Record<string, unknown>) {
  return Object.fromEntries(lifetimesOf(settingsFor({ ...configFor(issuer), ...guard }, env), env));
}

it("the ledger takes records about tokens of users and of operators", () => {
  const operatorAccess = { team: "https://team.cloudflareaccess.com", audience: "tag", roles: [] };
  const operatorIssuer = { ...STAFF, issuer: "https://staff.example", maxLifetime: 600, clockTolerance: 5 };
  expect(lifetimesWith({ operatorIssuer, operatorAccess })).toEqual({
    [issuer.issuer]: { maxLifetime: 86_400, clockTolerance: 60 },
    "https://staff.example": { maxLifetime: 600, clockTolerance: 5 },
    "https://team.cloudflareaccess.com": { maxLifetime: 2_678_400, clockTolerance: 60 },
  });
});

it.each([
  [600, 300, { maxLifetime: 86_400, clockTolerance: 300 }],
  [100_000, 5, { maxLifetime: 100_000, clockTolerance: 60 }],
])("records about an issuer of both last as long as the longer ones: %d, %d", (maxLifetime, clockTolerance, both) => {
  const operatorIssuer = { ...STAFF, issuer: issuer.issuer, maxLifetime, clockTolerance };
  expect(lifetimesWith({ operatorIssuer })).toEqual({ [issuer.issuer]: both });
});

it("a ledger with wrong operators does not start", () => {
  expect(() => lifetimesWith({ operatorIssuer: { ...STAFF, issuer: "https://x.example", audiences: false } })).toThrow(
    "The configuration is invalid.",
  );
});
