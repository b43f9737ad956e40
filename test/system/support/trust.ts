import type { TestIssuer } from "../../support/test-issuer.ts";

/** An entry of `ISSUERS` that trusts a test issuer by its public key. */
export function trust(issuer: TestIssuer, settings: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    issuer: issuer.issuer,
    audiences: ["https://api.example"],
    algorithms: [issuer.algorithm],
    ...("jwksUri" in settings ? {} : { keys: [issuer.publicJwk] }),
    ...settings,
  };
}

/** A rule for every path: a token is needed. */
export const EVERYTHING_GUARDED = [{ path: "/*", access: "bearer" }];
