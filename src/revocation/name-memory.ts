import type { RecordKind, RevocationIdentity } from "../model/revocation.ts";
import type { Soon } from "../model/soon.ts";
import type { RecordId } from "./record-id.ts";
import type { RecordName, RecordNamer } from "./record-name.ts";

/** Where to look for one record: by name in a store, by id in a mirror, by its octets in what is remembered of a store. */
export interface RecordAddress {
  readonly kind: RecordKind;
  /** Of the whole id, a character each. */
  readonly octets: string;
  readonly name: RecordName;
  readonly id: RecordId;
}

/** Where the records are that can concern a token. */
export type RecordAddresses = readonly RecordAddress[];

/**
 * Remembers the names that were derived for a token: deriving them takes longer than looking at what stands under them. They are
 * forgotten together with the token.
 */
export class NameMemory {
  readonly #namer: RecordNamer;
  readonly #known = new WeakMap<RevocationIdentity, RecordAddresses>();

  constructor(namer: RecordNamer) {
    this.#namer = namer;
  }

  /** Names and ids of all records that can concern a token; kinds that it has no value for are left out. */
  addressesFor(identity: RevocationIdentity): Soon<RecordAddresses> {
    return this.#known.get(identity) ?? this.#derive(identity);
  }

  async #derive(identity: RevocationIdentity): Promise<RecordAddresses> {
    const addresses = await this.#namer.namesFor(identity);
    this.#known.set(identity, addresses);
    return addresses;
  }
}
