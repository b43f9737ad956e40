import { describe, expect, it } from "vitest";
import {
  hasOperators,
  includesRole,
  issuersOf,
  OPERATOR_ROLES,
  type OperatorSettings,
} from "../../../src/model/operator.ts";
import type { TrustedIssuer } from "../../../src/model/trusted-issuer.ts";

// Only which issuer it is counts here.
const issuer = { issuer: "https://operators.example" } as TrustedIssuer;
const access = { issuer: { issuer: "https://team.cloudflareaccess.com" } as TrustedIssuer, roles: new Map() };
const secrets = [{ name: "ada", role: "admin", secretHash: "0".repeat(64) }] as const;

const NOBODY: OperatorSettings = { secrets: [], issuer: undefined, access: undefined, selfRevocation: false };

describe("a role", () => {
  it.each([
    ["viewer", ["viewer"]],
    ["revoker", ["viewer", "revoker"]],
    ["admin", ["viewer", "revoker", "admin"]],
  ] as const)("%s includes %j and no other", (has, included) => {
    expect(OPERATOR_ROLES.filter((needed) => includesRole(has, needed))).toEqual(included);
  });
});

describe("operators", () => {
  it.each([
    ["one with a secret", { secrets }],
    ["those of an issuer", { issuer }],
    ["those whom Access lets in", { access }],
  ])("are %s", (_who, settings) => {
    expect(hasOperators({ ...NOBODY, ...settings })).toBe(true);
  });

  it.each([true, false])("are nobody when there are no credentials, with self-service %j", (selfRevocation) => {
    expect(hasOperators({ ...NOBODY, selfRevocation })).toBe(false);
  });

  it("show tokens of the operators' issuer and of Access", () => {
    expect(issuersOf({ ...NOBODY, secrets, issuer, access })).toEqual([issuer, access.issuer]);
    expect(issuersOf({ ...NOBODY, access })).toEqual([access.issuer]);
    expect(issuersOf(NOBODY)).toEqual([]);
  });
});
