import type { RevocationDemand, RevocationIdentity, RevocationLookup, RevocationReader } from "../model/revocation.ts";

/** What a question came to. */
export interface ObservedLookup {
  readonly identity: RevocationIdentity;
  readonly lookup: RevocationLookup;
}

/** A guard's own revocation state; keeps what came of the last question. */
export class ObservingRevocations implements RevocationReader {
  observed: ObservedLookup | undefined;
  readonly #reader: RevocationReader;

  constructor(reader: RevocationReader) {
    this.#reader = reader;
  }

  async lookUp(identity: RevocationIdentity, now: number, demand: RevocationDemand): Promise<RevocationLookup> {
    const lookup = await this.#reader.lookUp(identity, now, demand);
    this.observed = { identity, lookup };
    return lookup;
  }
}
