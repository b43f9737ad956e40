import { RECORD_KINDS, type RecordKind, type RevocationIdentity } from "../model/revocation.ts";
import { toBase64url } from "../platform/base64url.ts";
import { BoundedMap } from "../platform/bounded-map.ts";

/** A key in the KV namespace: `jotgate1:<kind>:<id>`. */
export type RecordName = `jotgate1:${RecordKind}:${string}`;

/** Bytes of the HMAC that make the id: enough that nobody finds a second identity with the same one. */
const ID_BYTES = 16;

/** Whose names are remembered: more than any guard trusts. Operators may ask about any. */
const MOST_ISSUERS = 1_000;
const LONGEST_ISSUER = 1_024;

const encoder = new TextEncoder();

/**
 * Derives the names of records. The id is the first 16 bytes of an HMAC-SHA-256 over kind, issuer and value, in base64url. Each
 * part stands behind its length in bytes and a colon, so that no two identities share an input. It is keyed, because subjects
 * can be guessed, and chosen by their owners. docs/revocation-records.md is the public contract, with test vectors.
 */
export class RecordNamer {
  readonly #key: CryptoKey;
  /** Every token of an issuer needs this one, so it is derived once. */
  readonly #ofIssuers = new BoundedMap<RecordName>(MOST_ISSUERS, LONGEST_ISSUER);

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** @param revocationKey the secret `REVOCATION_KEY`; its UTF-8 bytes are the HMAC key */
  static async create(revocationKey: string): Promise<RecordNamer> {
    const bytes = new TextEncoder().encode(revocationKey);
    return new RecordNamer(
      await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    );
  }

  /** @param value token id, session id or subject; none for the kind `issuer` */
  async name(kind: RecordKind, issuer: string, value?: string): Promise<RecordName> {
    if (value !== undefined) return this.#derive(kind, [kind, issuer, value]);
    const known = this.#ofIssuers.get(issuer);
    if (known !== undefined) return known;
    const name = await this.#derive(kind, [kind, issuer]);
    this.#ofIssuers.set(issuer, name);
    return name;
  }

  async #derive(kind: RecordKind, parts: readonly string[]): Promise<RecordName> {
    const mac = await crypto.subtle.sign("HMAC", this.#key, joinWithLengths(parts));
    return `jotgate1:${kind}:${toBase64url(new Uint8Array(mac, 0, ID_BYTES))}`;
  }

  /** Names of all records that can concern a token; kinds that its claims have no value for are left out. */
  async namesFor({
    issuer,
    tokenId,
    sessionId,
    subject,
  }: Partial<RevocationIdentity> & Pick<RevocationIdentity, "issuer">): Promise<ReadonlyMap<RecordKind, RecordName>> {
    const values = { token: tokenId, session: sessionId, subject, issuer: undefined };
    const kinds = RECORD_KINDS.filter((kind) => kind === "issuer" || values[kind] !== undefined);
    return new Map(
      await Promise.all(kinds.map(async (kind) => [kind, await this.name(kind, issuer, values[kind])] as const)),
    );
  }
}

function joinWithLengths(parts: readonly string[]) {
  return encoder.encode(parts.map((part) => `${byteLength(part)}:${part}`).join(""));
}

/** Nearly everything that is named is ASCII, which has a byte for each character. */
function byteLength(text: string): number {
  return /^[\0-\x7f]*$/.test(text) ? text.length : encoder.encode(text).length;
}
