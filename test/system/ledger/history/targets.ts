import type { TestIssuer } from "../../../support/test-issuer.ts";

/** A token that requests present, and the command that ends it and nothing else. */
export interface Target {
  readonly number: number;
  readonly token: string;
  readonly restriction: Readonly<Record<string, unknown>>;
  /** Name of the record, once a command was acknowledged. */
  name?: string;
  isRestricted: boolean;
  /** A command against it is under way. */
  isBusy: boolean;
}

/**
 * Tokens of as many users and sessions. Each kind of command has a quarter of them.
 *
 * @param first number of the first
 */
export async function createTargets(issuer: TestIssuer, count: number, first = 0): Promise<readonly Target[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Target> => {
      const number = first + index;
      const claims = issuer.claims({ sub: crypto.randomUUID(), sid: crypto.randomUUID() });
      const restrictions = [
        { do: "revoke", tokenId: claims["jti"], expiresAt: claims["exp"] },
        { do: "revokeSession", sessionId: claims["sid"] },
        { do: "raise", subject: claims["sub"], minimumTokenVersion: 1 },
        { do: "cutOff", subject: claims["sub"] },
      ];
      const restriction = { issuer: issuer.issuer, ...restrictions[number % restrictions.length] };
      return { number, token: await issuer.sign(claims), restriction, isRestricted: false, isBusy: false };
    }),
  );
}
