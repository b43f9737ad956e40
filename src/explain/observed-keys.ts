import type { RejectedKey } from "../model/key-rejection.ts";
import type { KeyLookup, KeySource } from "../model/key-source.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";

/** What looking for a key came to. */
export interface ObservedKeys {
  /** Where the keys came from, in words. */
  readonly from: string;
  /** Key ids that were there, `null` for a key without; undefined when only the one that was asked for is known of. */
  readonly keyIds: readonly (string | null)[] | undefined;
  /** Keys of the set that cannot verify, and why. */
  readonly rejected: readonly RejectedKey[];
  /** Why there are none. */
  readonly failure: string | undefined;
}

/** Keys of a guard, as it would look for them itself; keeps what came of the last question. */
export class ObservingKeys implements KeySource {
  observed: ObservedKeys | undefined;
  readonly #keys: KeySource;

  constructor(keys: KeySource) {
    this.#keys = keys;
  }

  async findKey(issuer: TrustedIssuer, ...asked: [string, string | undefined, number]): Promise<KeyLookup> {
    const lookup = await this.#keys.findKey(issuer, ...asked);
    const failure = lookup.status === "unavailable" ? "cannot be had" : undefined;
    const keyIds = lookup.status === "found" ? [lookup.key.keyId ?? null] : undefined;
    this.observed = { from: describeOrigin(issuer), keyIds, rejected: [], failure };
    return lookup;
  }
}

/** Where an issuer's keys come from. */
export function describeOrigin({ keys, issuer }: TrustedIssuer): string {
  if (keys.kind === "secret") return "the shared secret";
  if (keys.kind === "static") return "the configuration";
  return keys.kind === "jwks" ? keys.uri : `discovery at ${issuer}`;
}
