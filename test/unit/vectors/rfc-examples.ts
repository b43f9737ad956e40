import { authorize } from "../../../src/authorize/authorize.ts";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import type { Decision } from "../../../src/model/decision.ts";
import text from "../../vectors/rfc/examples.json?raw";
import { bearer } from "../authorize/guard.ts";
import { accessRequest, ENVIRONMENT, keysFor, revocationsSaying, settingsFor } from "../support.ts";
import { ASYMMETRIC, type FindKey, fetchedKeys, sharedSecret } from "./published-keys.ts";
import type { Jwk } from "./wycheproof.ts";

/** One example as an RFC prints it; `test/vectors/rfc/README.md` says what the members are. */
export interface RfcExample {
  readonly key?: Jwk;
  readonly alg?: string;
  readonly compact?: string;
  readonly json?: unknown;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly keys?: readonly Jwk[];
}

const EXAMPLES: ReadonlyMap<string, RfcExample> = new Map(Object.entries(JSON.parse(text)));

/** Sections of the RFCs that an example was taken from. */
export const SECTIONS: readonly string[] = [...EXAMPLES.keys()];

export function exampleOf(section: string): RfcExample {
  const example = EXAMPLES.get(section);
  if (example === undefined) throw new Error(`no example of ${section}`);
  return example;
}

/** The compact serialization of an example that has one. */
export function compactOf(section: string): string {
  const { compact } = exampleOf(section);
  if (compact === undefined) throw new Error(`${section} has no compact serialization`);
  return compact;
}

/** The key that an example is signed with: published by an issuer, or shared with one. */
export function keyOf(section: string): Promise<FindKey> {
  const { key, alg } = exampleOf(section);
  return key?.["kty"] === "oct" ? sharedSecret(key, alg) : fetchedKeys({ public: { ...key, alg } }, ASYMMETRIC);
}

/**
 * Decides a request with this token at a guard that knows the key of an example.
 *
 * @param issuer settings of the issuer `joe`, whose tokens may have any usual type and need neither audience nor id
 * @param now NumericDate in seconds
 */
export async function decideWithKeyOf(
  section: string,
  token: string,
  now: number,
  issuer: Readonly<Record<string, unknown>> = {},
): Promise<Decision> {
  const { key, alg } = exampleOf(section);
  const origin = key?.["kty"] === "oct" ? { sharedSecret: "SECRET" } : { keys: [{ ...key, alg }] };
  const settings = settingsFor(
    {
      origin: "https://origin.example",
      issuers: [{ issuer: "joe", audiences: false, tokenIdClaim: false, algorithms: [alg], ...origin, ...issuer }],
      routes: [{ path: "/*", access: "bearer" }],
    },
    { ...ENVIRONMENT, SECRET: JSON.stringify(key) },
  );
  const keys = await keysFor(settings);
  const request = accessRequest({}, bearer(token));
  return authorize(request, settings.rules, keys, revocationsSaying({}), new TokenMemory(), now);
}
