import { describeOrigin, type ObservedKeys } from "../../explain/observed-keys.ts";
import { discoverJwksUri } from "../../keys/discover-jwks-uri.ts";
import { fetchJson } from "../../keys/fetch-json.ts";
import { type ImportedKeys, importKeys, importSecret } from "../../keys/import-keys.ts";
import { KeySet } from "../../keys/key-set.ts";
import { isObject } from "../../model/json-values.ts";
import type { KeyLookup, KeySource } from "../../model/key-source.ts";
import type { TrustedIssuer } from "../../model/trusted-issuer.ts";
import type { Document } from "../files/document.ts";
import { isAssumed } from "../worker/simulate-environment.ts";

/** For all of discovery and key set. The Worker allows three seconds; people can wait longer to learn what is wrong. */
const DEADLINE_MS = 10_000;

/** Verification keys for one decision, fetched where the configuration says or read from a file. */
export class LocalKeys implements KeySource {
  observed: ObservedKeys | undefined;
  readonly #file: Document | undefined;
  readonly #during: During;

  /**
   * @param file a JWK Set, or an object with one for each issuer, to be used in place of the network
   * @param during shows what takes time
   */
  constructor(file: Document | undefined, during: During) {
    this.#file = file;
    this.#during = during;
  }

  async findKey(issuer: TrustedIssuer, algorithm: string, keyId: string | undefined): Promise<KeyLookup> {
    const from = this.#describe(issuer);
    try {
      const { keys, rejected } = await this.#load(issuer);
      this.observed = { from, keyIds: keys.map((key) => key.keyId ?? null), rejected, failure: undefined };
      const key = new KeySet(keys).find(algorithm, issuer.keys.kind === "secret" ? undefined : keyId);
      return key === undefined ? { status: "not_found" } : { status: "found", key };
    } catch (error) {
      this.observed = { from, keyIds: [], rejected: [], failure: causeOf(error) };
      return { status: "unavailable" };
    }
  }

  #describe(issuer: TrustedIssuer): string {
    return issuer.keys.kind !== "secret" && this.#file !== undefined ? this.#file.file : describeOrigin(issuer);
  }

  async #load(issuer: TrustedIssuer): Promise<ImportedKeys> {
    const { keys: origin, algorithms } = issuer;
    if (origin.kind === "secret") {
      const [algorithm] = algorithms;
      if (isAssumed(origin.secret) || algorithm === undefined) throw new Error("the secret is not in .dev.vars");
      return { keys: [await importSecret(origin.secret, algorithm)], rejected: [] };
    }
    if (this.#file !== undefined) return importKeys(keysOf(jwksFor(issuer.issuer, this.#file)), algorithms);
    if (origin.kind === "static") return importKeys(origin.keys, algorithms);
    return this.#during(`Fetching the keys of ${issuer.issuer} …`, async () => {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const uri = origin.kind === "jwks" ? origin.uri : await discoverJwksUri(issuer.issuer, signal);
      return importKeys(keysOf(await fetchJson(uri, "application/jwk-set+json, application/json", signal)), algorithms);
    });
  }
}

type During = <T>(activity: string, work: () => Promise<T>) => Promise<T>;

function jwksFor(issuer: string, { value }: Document): unknown {
  return Array.isArray(value["keys"]) ? value : value[issuer];
}

/** The Worker reads no more than 100 either. */
function keysOf(jwks: unknown): readonly unknown[] {
  const keys = isObject(jwks) ? jwks["keys"] : undefined;
  if (!Array.isArray(keys)) throw new Error("it has no JWK Set for this issuer");
  if (keys.length > 100) throw new Error("it has more than 100 keys");
  return keys;
}

/** `fetch failed` says nothing; what made it fail stands behind. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : undefined;
  return code === undefined ? error.message : `${error.message}: ${code}`;
}
