import type { ApplicableRecords, RecordKind } from "../model/revocation.ts";
import type { RecordName } from "./record-name.ts";

/**
 * What a mirror asks the ledger: "I have everything of this ledger up to `since`; what came after?" A mirror that has
 * nothing asks with `ledger: null, since: 0`.
 */
export interface FeedQuestion {
  readonly ledger: string | null;
  readonly since: number;
  /** What the answer from which it began said of `forgotten`. */
  readonly forgotten?: number;
}

/**
 * What the ledger answers. docs/revocation-protocol.md argues why this is enough.
 *
 * Every record has the sequence number of its last change, and a page holds records in that order. So the first load is no
 * special case: it is the changes since 0, and a record that changes while its page is on the way comes again at the end.
 */
export type FeedAnswer =
  | {
      readonly kind: "changes";
      /** Identity of the ledger's contents: another one means another numbering. */
      readonly ledger: string;
      /** The question's `since`: the page continues from there, and only there. */
      readonly since: number;
      /** Sequence number up to which the mirror knows everything once it has applied the page. */
      readonly through: number;
      /** False when more pages follow: a part of the truth says nothing about freshness. */
      readonly complete: boolean;
      /**
       * Highest number of a lift that is no longer on record. A mirror that began later never held what was lifted; one that
       * began before has to have come past that number.
       */
      readonly forgotten: number;
      /**
       * Milliseconds, measured by the ledger's own clock, by which the answer's knowledge is older than the arrival of the
       * question. A mirror counts its age from when it sent the question, and adds this.
       */
      readonly age: number;
      /** See page.ts. */
      readonly page: Uint8Array;
    }
  /** This ledger cannot continue from there: begin again from 0. */
  | { readonly kind: "reset"; readonly ledger: string }
  /** There are more live records than a mirror holds. KV has them all. */
  | { readonly kind: "overflow"; readonly ledger: string }
  | StillStarting;

/** All guards and operators speak to one Durable Object: the one of this name. */
export const LEDGER_NAME = "ledger";

/** The ledger has not yet read everything that is in KV, and knows less than KV until then. Commands are taken all the same. */
export interface StillStarting {
  readonly kind: "starting";
}

/** What the ledger says about some records, as of this question. */
export type LookAnswer =
  | { readonly kind: "known"; readonly records: ApplicableRecords }
  | { readonly kind: "invalid"; readonly of: RecordKind }
  | StillStarting;

/** The ledger as guards see it. Every method may reject, hang or answer late. */
export interface LedgerFeed {
  changes(question: FeedQuestion): Promise<FeedAnswer>;
  /** Strict reading: everything that was acknowledged before the question arrived is in the answer. */
  look(names: readonly RecordName[]): Promise<LookAnswer>;
}
