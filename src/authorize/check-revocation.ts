import type { Refusal } from "../model/refusal.ts";
import { pass, type Result, refuse } from "../model/result.ts";
import type {
  ApplicableRecords,
  RevocationEvidence,
  RevocationLookup,
  RevocationReader,
  RevocationRecord,
} from "../model/revocation.ts";
import type { RouteRule } from "../model/route-rule.ts";
import { onceThere, type Soon } from "../model/soon.ts";
import type { VerifiedToken } from "../model/token.ts";

/**
 * Checks a verified token against revocation state. All records that concern it count, the strictest wins.
 *
 * When the state cannot be had, a route that says `onUnknownRevocation = "allow"` goes on with evidence that says so; what
 * was known to be revoked before stays refused all the same. A record that exists and cannot be read is never passed over.
 *
 * @param now NumericDate in seconds
 */
export function checkRevocation(
  token: VerifiedToken,
  revocations: RevocationReader,
  route: Pick<RouteRule, "onUnknownRevocation" | "revocation" | "onStaleMirror">,
  now: number,
): Soon<Result<RevocationEvidence>> {
  return onceThere(revocations.lookUp(token.identity, now, route), (lookup) => judge(token, lookup, route, now));
}

function judge(
  token: VerifiedToken,
  lookup: RevocationLookup,
  { onUnknownRevocation }: Pick<RouteRule, "onUnknownRevocation">,
  now: number,
): Result<RevocationEvidence> {
  if (lookup.status === "record_invalid") return refuse({ reason: "revocation_record_invalid", by: lookup.kind });
  const condemned = condemnation(token, lookup.status === "known" ? lookup.records : lookup.lastKnown, now);
  if (condemned !== undefined) return refuse(condemned);
  if (lookup.status === "known") {
    return pass({ checked: true, source: lookup.source, asOf: lookup.asOf } as RevocationEvidence);
  }
  return onUnknownRevocation === "allow"
    ? pass({ checked: false, because: lookup.cause } as RevocationEvidence)
    : refuse({ reason: "revocation_unavailable" });
}

function condemnation(token: VerifiedToken, records: ApplicableRecords, now: number): Refusal | undefined {
  const ofToken = inForce(records.token, now);
  const session = inForce(records.session, now);
  const subject = inForce(records.subject, now);
  const issuer = inForce(records.issuer, now);
  if (ofToken?.revoked) return { reason: "token_revoked", by: "token" };
  if (session?.revoked) return { reason: "token_revoked", by: "session" };
  if (isOutdated(token, subject)) return { reason: "token_version_outdated" };
  if (isBeforeCutOff(token, session)) return { reason: "issued_before_cutoff", by: "session" };
  if (isBeforeCutOff(token, subject)) return { reason: "issued_before_cutoff", by: "subject" };
  if (isBeforeCutOff(token, issuer)) return { reason: "issued_before_cutoff", by: "issuer" };
  return undefined;
}

function inForce(record: RevocationRecord | undefined, now: number): RevocationRecord | undefined {
  return record === undefined || record.until === undefined || now < record.until ? record : undefined;
}

function isOutdated({ tokenVersion }: VerifiedToken, record: RevocationRecord | undefined): boolean {
  return record?.minimumTokenVersion !== undefined && tokenVersion < record.minimumTokenVersion;
}

/** `iat` has whole seconds for most issuers, so a token from the cut-off's own second may be older than the cut-off. */
function isBeforeCutOff({ issuedAt }: VerifiedToken, record: RevocationRecord | undefined): boolean {
  return record?.issuedBefore !== undefined && Math.floor(issuedAt) <= Math.floor(record.issuedBefore);
}
