import type { RevocationRecord } from "../model/revocation.ts";

/**
 * The strictest of two records of one kind: it refuses whatever one of them refuses, for as long as the longer-lived of them
 * lasts. The order does not matter, and merging the same again changes nothing, so records may arrive in any order and twice.
 */
export function mergeRecords(a: RevocationRecord, b: RevocationRecord): RevocationRecord {
  // A record without restrictions has no say in how long the other one lasts.
  if (restricts(a) !== restricts(b)) return restricts(a) ? a : b;
  const revoked = a.revoked || b.revoked;
  return {
    revoked,
    // What is dead whatever its age needs no cut-off, and a session's record may not have both.
    issuedBefore: revoked ? undefined : higher(a.issuedBefore, b.issuedBefore),
    minimumTokenVersion: higher(a.minimumTokenVersion, b.minimumTokenVersion),
    until: a.until === undefined || b.until === undefined ? undefined : Math.max(a.until, b.until),
  };
}

function restricts({ revoked, issuedBefore, minimumTokenVersion }: RevocationRecord): boolean {
  return revoked || issuedBefore !== undefined || minimumTokenVersion !== undefined;
}

function higher(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
