import type { RecordKind } from "./revocation.ts";

/**
 * What an operator or a backend asks of the ledger. Restrictions merge with what is stored, and the strictest wins; only
 * `lift` takes one away. Times are NumericDates in seconds.
 */
export type RevocationCommand = CommandHead &
  (
    | {
        /** One token is dead. */
        readonly do: "revoke";
        readonly issuer: string;
        readonly tokenId: string;
        /** `exp` of the token, so that the record can end with it. Without it the record lasts as long as any token may. */
        readonly expiresAt?: number;
      }
    /** All tokens of one session are dead. */
    | { readonly do: "revokeSession"; readonly issuer: string; readonly sessionId: string }
    /** Tokens of a user with a smaller version are dead. */
    | { readonly do: "raise"; readonly issuer: string; readonly subject: string; readonly minimumTokenVersion: number }
    | {
        /** Tokens issued in this second or before are dead: of a session, of a user, or of the whole issuer. */
        readonly do: "cutOff";
        readonly issuer: string;
        readonly subject?: string;
        readonly sessionId?: string;
        /** Default: now. */
        readonly issuedBefore?: number;
      }
    /** Takes a record away by its name, `jotgate1:<kind>:<id>`. */
    | { readonly do: "lift"; readonly name: string }
    | {
        /** Takes away the record of a token, a session or a user, or of the issuer when none is named. */
        readonly do: "lift";
        readonly name?: never;
        readonly issuer: string;
        readonly tokenId?: string;
        readonly sessionId?: string;
        readonly subject?: string;
      }
    | {
        /** Brings back a record that was exported: as it was, merged with what is stored now. */
        readonly do: "restore";
        readonly name: string;
        /** With its own who, why and when. */
        readonly record: StoredRecord;
      }
  );

interface CommandHead {
  /** Chosen by the caller, 1 to 128 of `A-Z a-z 0-9 . _ : -`. The same id again changes nothing and gets the same answer. */
  readonly id: string;
  /** Who and why, for people; at most 512 bytes each. They are stored with the record and in KV. */
  readonly by?: string;
  readonly why?: string;
  /** From when on the record no longer counts. Never sooner than a token that it concerns may be used. */
  readonly until?: number;
}

/** Durable: the ledger has it, and keeps it whatever happens to the object that answered. */
export interface Acknowledgement {
  /** Of the change; the record's present one when nothing had to change. */
  readonly sequence: number;
  readonly changed: boolean;
  readonly name: string;
  readonly kind: RecordKind;
  /** The record as it stood before; null when there was none. Answers that an earlier release gave do not say. */
  readonly before?: StoredRecord | null;
  /** The record as it stands now; null when there is none (any more). */
  readonly record: StoredRecord | null;
  /** NumericDate from which on every guard enforces it. */
  readonly enforcedBy: number;
}

/** What a command would do if it were given now. */
export interface Preview {
  readonly dryRun: true;
  readonly changed: boolean;
  readonly name: string;
  readonly kind: RecordKind;
  /** The record as it stands; null when there is none. */
  readonly before: StoredRecord | null;
  /** The record as it would stand. */
  readonly record: StoredRecord | null;
  /** NumericDate from which on every guard would enforce it. */
  readonly enforcedBy: number;
}

/** A record as docs/revocation-records.md describes its value. */
export interface StoredRecord {
  readonly format: 1;
  readonly revoked?: true;
  readonly issuedBefore?: number;
  readonly minimumTokenVersion?: number;
  readonly until?: number;
  readonly by?: string;
  readonly why?: string;
  /** NumericDate at which it was written. */
  readonly at?: number;
}
