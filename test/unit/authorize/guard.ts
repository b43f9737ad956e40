import { authorize } from "../../../src/authorize/authorize.ts";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { verifyToken } from "../../../src/authorize/verify-token.ts";
import type { AccessRequest } from "../../../src/model/access-request.ts";
import type { AccessRules } from "../../../src/model/access-rules.ts";
import type { Decision } from "../../../src/model/decision.ts";
import type { KeySource } from "../../../src/model/key-source.ts";
import type { Refusal } from "../../../src/model/refusal.ts";
import type { Result } from "../../../src/model/result.ts";
import type { RevocationReader } from "../../../src/model/revocation.ts";
import { PresentedToken, type VerifiedToken } from "../../../src/model/token.ts";
import type { TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, configFor, ENVIRONMENT, keysFor, revocationsSaying, settingsFor } from "../support.ts";

/** The moment at which the tests take place. */
export const NOW = 1_800_000_000;

/** What a test sets up differently from a guard with one issuer, one bearer route and nothing revoked. */
export interface GuardSetUp {
  readonly issuer?: Record<string, unknown>;
  readonly routes?: readonly Record<string, unknown>[];
  readonly keys?: KeySource;
  readonly revocations?: RevocationReader;
  /** Secrets besides those that every configuration needs. */
  readonly env?: Record<string, unknown>;
}

/** The decision of a whole guard, without the platform around it. */
export class Guard {
  readonly rules: AccessRules;
  readonly #keys: KeySource;
  readonly #revocations: RevocationReader;
  readonly #memory = new TokenMemory();

  private constructor(rules: AccessRules, keys: KeySource, revocations: RevocationReader) {
    this.rules = rules;
    this.#keys = keys;
    this.#revocations = revocations;
  }

  static create(issuer: TestIssuer, setUp: GuardSetUp = {}): Promise<Guard> {
    return Guard.createFor([[issuer, setUp.issuer ?? {}]], setUp);
  }

  /** A guard that trusts several issuers, each with settings of its own. */
  static async createFor(
    trusted: readonly (readonly [TestIssuer, Record<string, unknown>])[],
    setUp: GuardSetUp = {},
  ): Promise<Guard> {
    const configs = trusted.map(([issuer, overrides]) => configFor(issuer, overrides, setUp.routes));
    const settings = settingsFor(
      { ...configs[0], issuers: configs.flatMap(({ issuers }) => issuers) },
      {
        ...ENVIRONMENT,
        ...setUp.env,
      },
    );
    const keys = setUp.keys ?? (await keysFor(settings));
    return new Guard(settings.rules, keys, setUp.revocations ?? revocationsSaying({}));
  }

  decide(request: AccessRequest, now = NOW): Promise<Decision> {
    return authorize(request, this.rules, this.#keys, this.#revocations, this.#memory, now);
  }

  /** Decides a GET of `/` with this bearer token. */
  decideToken(token: string, now = NOW): Promise<Decision> {
    return this.decide(accessRequest({}, bearer(token)), now);
  }

  /** The token alone, without route and revocation. */
  async verify(token: string, now = NOW): Promise<Result<VerifiedToken>> {
    return verifyToken(
      new PresentedToken(token, { kind: "authorization" }),
      this.rules.issuers,
      this.#keys,
      this.#memory,
      now,
    );
  }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** `allow`, or the reason of the refusal. */
export function verdict(decision: Decision): string {
  return decision.outcome === "allow" ? "allow" : decision.refusal.reason;
}

/** `pass`, or the refusal as it is. */
export function outcome(result: Result<unknown>): "pass" | Refusal {
  return result.ok ? "pass" : result.refusal;
}

/** A token that went through verification. */
export async function verified(
  issuer: TestIssuer,
  claims: Record<string, unknown> = {},
  settings: Record<string, unknown> = {},
  routes?: readonly Record<string, unknown>[],
): Promise<VerifiedToken> {
  const guard = await Guard.create(issuer, { issuer: settings, ...(routes && { routes }) });
  const result = await guard.verify(await issuer.sign(issuer.claims(claims, NOW)));
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

/** Keys that must not be asked for. */
export const NO_KEY_LOOKUP: KeySource = {
  findKey: () => Promise.reject(new Error("a key was looked up")),
};

/** Revocation state that must not be asked for. */
export const NO_REVOCATION_LOOKUP: RevocationReader = {
  lookUp: () => Promise.reject(new Error("revocation state was looked up")),
};
