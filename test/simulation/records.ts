import type { RevocationRecord } from "../../src/model/revocation.ts";
import type { StoredRecord } from "../../src/model/revocation-command.ts";
import type { SimulatedToken } from "./history.ts";

/** The part of a stored record that restricts. */
export function restrictionsOf({ revoked, issuedBefore, minimumTokenVersion, until }: StoredRecord): RevocationRecord {
  return { revoked: revoked === true, issuedBefore, minimumTokenVersion, until };
}

/** Whether a guard that knows this record has to refuse the token. @param now NumericDate */
export function condemns(record: RevocationRecord, token: SimulatedToken, now: number): boolean {
  if (record.until !== undefined && now >= record.until) return false;
  return (
    record.revoked ||
    (record.issuedBefore !== undefined && Math.floor(token.issuedAt) <= Math.floor(record.issuedBefore)) ||
    (record.minimumTokenVersion !== undefined && token.tokenVersion < record.minimumTokenVersion)
  );
}

/** The least that a record has to say if it is to refuse whatever either of these refuses. */
export function both(one: RevocationRecord | undefined, other: RevocationRecord): RevocationRecord {
  if (one === undefined) return other;
  const revoked = one.revoked || other.revoked;
  return {
    revoked,
    issuedBefore: revoked ? undefined : max(one.issuedBefore, other.issuedBefore),
    minimumTokenVersion: max(one.minimumTokenVersion, other.minimumTokenVersion),
    until: one.until === undefined || other.until === undefined ? undefined : Math.max(one.until, other.until),
  };
}

/** True when the first refuses whatever the second refuses, for as long. */
export function isAsStrict(one: RevocationRecord | undefined, other: RevocationRecord): boolean {
  return one !== undefined && same(both(one, other), one);
}

export function same(one: RevocationRecord, other: RevocationRecord): boolean {
  return (
    one.revoked === other.revoked &&
    one.issuedBefore === other.issuedBefore &&
    one.minimumTokenVersion === other.minimumTokenVersion &&
    one.until === other.until
  );
}

function max(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}
