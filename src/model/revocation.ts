import type { Soon } from "./soon.ts";

/** What a verified token can be revoked by. */
export interface RevocationIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly tokenId: string | undefined;
  readonly sessionId: string | undefined;
}

/** The four kinds of revocation record. */
export const RECORD_KINDS = ["token", "session", "subject", "issuer"] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/**
 * What a record in force says. Members that are absent do not restrict; all that are present apply.
 */
export interface RevocationRecord {
  /** Dead whatever its age. */
  readonly revoked: boolean;
  /** NumericDate; tokens with `iat` in this second or before are refused. */
  readonly issuedBefore: number | undefined;
  /** Tokens with a smaller version are refused. */
  readonly minimumTokenVersion: number | undefined;
  /** NumericDate from which on the record no longer counts; undefined for no end. */
  readonly until: number | undefined;
}

/** Records that were found, by kind. A missing kind means that there is no such record. */
export type ApplicableRecords = { readonly [kind in RecordKind]?: RevocationRecord };

export type RevocationLookup =
  | {
      readonly status: "known";
      readonly records: ApplicableRecords;
      readonly source: RevocationSource;
      /** NumericDate at which the oldest of the answers was asked for. */
      readonly asOf: number;
    }
  /** `lastKnown` is what was read before; it can still condemn a token, but never clear one. */
  | { readonly status: "unavailable"; readonly cause: UnavailableCause; readonly lastKnown: ApplicableRecords }
  /** A record exists and cannot be understood. */
  | { readonly status: "record_invalid"; readonly kind: RecordKind };

/** Which store answered: KV, this isolate's mirror of the ledger, or the ledger itself. */
export type RevocationSource = "kv" | "mirror" | "ledger";

/** `stale`: the mirror could not be shown to be fresh, and the route does not let KV answer instead. */
export type UnavailableCause = "timeout" | "error" | "stale";

/** What a route demands of the knowledge that it relies on. Means nothing where there is no ledger. */
export interface RevocationDemand {
  /** `bounded`: as of the staleness bound ago at most. `strict`: as of this request; the ledger is asked. */
  readonly revocation: "bounded" | "strict";
  /** Who answers when the ledger cannot show knowledge that is fresh enough: KV, or nobody. */
  readonly onStaleMirror: "kv" | "deny";
}

/** Reads revocation state. The request path has this and no way to write. */
export interface RevocationReader {
  /** @param now NumericDate in seconds. Never rejects: a failing store is an `unavailable` answer. */
  lookUp(identity: RevocationIdentity, now: number, demand: RevocationDemand): Soon<RevocationLookup>;
}

declare const examined: unique symbol;

/** Proof that revocation was looked at, or a statement that it could not be and that the route allows that. */
export type RevocationEvidence = { readonly [examined]: true } & (
  | { readonly checked: true; readonly source: RevocationSource; readonly asOf: number }
  | { readonly checked: false; readonly because: UnavailableCause }
);
