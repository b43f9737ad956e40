import { RECORD_KINDS, type RecordKind, type RevocationIdentity } from "../model/revocation.ts";
import { encodeOctets } from "../platform/base64url.ts";
import { BoundedMap } from "../platform/bounded-map.ts";
import { utf8 } from "../platform/utf8.ts";
import { type RecordId, wordAt } from "./record-id.ts";

/** A key in the KV namespace: `jotgate1:<kind>:<id>`. */
export type RecordName = `jotgate1:${RecordKind}:${string}`;

/** Bytes of the HMAC that make the id: enough that nobody finds a second identity with the same one. */
const ID_BYTES = 16;

/** Whose names are remembered: more than any guard trusts. Operators may ask about any. */
const MOST_ISSUERS = 1_000;
const LONGEST_ISSUER = 1_024;

/** What records are looked for by: claims of one token, or what an operator asks about. */
type SomeIdentity = Partial<RevocationIdentity> & Pick<RevocationIdentity, "issuer">;

/**
 * Derives the names of records. The id is the first 16 bytes of an HMAC-SHA-256 over kind, issuer and value, in base64url. Each
 * part stands behind its length in bytes and a colon, so that no two identities share an input. It is keyed, because subjects
 * can be guessed, and chosen by their owners. docs/revocation-records.md is the public contract, with test vectors.
 */
export class RecordNamer {
  readonly #key: CryptoKey;
  /** Every token of an issuer needs this one, so it is derived once. */
  readonly #ofIssuers = new BoundedMap<DerivedName>(MOST_ISSUERS, LONGEST_ISSUER);

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** @param revocationKey the secret `REVOCATION_KEY`; its UTF-8 bytes are the HMAC key */
  static async create(revocationKey: string): Promise<RecordNamer> {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    return new RecordNamer(
      await crypto.subtle.importKey("raw", utf8.encode(revocationKey), algorithm, false, ["sign"]),
    );
  }

  /** @param value token id, session id or subject; none for the kind `issuer` */
  async name(kind: RecordKind, issuer: string, value?: string): Promise<RecordName> {
    return (await this.#derive(kind, issuer, value)).name;
  }

  /** Names of all records that can concern a token; kinds that its claims have no value for are left out. */
  async namesFor({ issuer, tokenId, sessionId, subject }: SomeIdentity): Promise<readonly DerivedName[]> {
    const values = { token: tokenId, session: sessionId, subject, issuer: undefined };
    const kinds = RECORD_KINDS.filter((kind) => kind === "issuer" || values[kind] !== undefined);
    return Promise.all(kinds.map((kind) => this.#derive(kind, issuer, values[kind])));
  }

  async #derive(kind: RecordKind, issuer: string, value: string | undefined): Promise<DerivedName> {
    const known = value === undefined ? this.#ofIssuers.get(issuer) : undefined;
    if (known !== undefined) return known;
    const input = withLength(kind) + withLength(issuer) + (value === undefined ? "" : withLength(value));
    const derived = new DerivedName(kind, await crypto.subtle.sign("HMAC", this.#key, utf8.encode(input)));
    if (value === undefined) this.#ofIssuers.set(issuer, derived);
    return derived;
  }
}

/** What a record is found by, kept as its id's octets; written out, the name takes twice the room. */
export class DerivedName {
  readonly kind: RecordKind;
  /** One character each: a buffer or numbers would take several times the room. */
  readonly octets: string;

  constructor(kind: RecordKind, mac: ArrayBuffer) {
    this.kind = kind;
    this.octets = String.fromCharCode(...new Uint8Array(mac, 0, ID_BYTES));
  }

  get id(): RecordId {
    return { high: wordAt(this.octets, 0), low: wordAt(this.octets, 4) };
  }

  get name(): RecordName {
    return `jotgate1:${this.kind}:${encodeOctets(this.octets)}`;
  }
}

function withLength(part: string): string {
  return `${byteLength(part)}:${part}`;
}

/** Nearly everything that is named is ASCII, which has a byte for each character. */
function byteLength(text: string): number {
  return BEYOND_ASCII.test(text) ? utf8.encode(text).length : text.length;
}

const BEYOND_ASCII = /[^\0-\x7f]/;
