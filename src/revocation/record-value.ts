import { isNumericDate, isVersion } from "../model/json-values.ts";
import type { RecordKind, RevocationRecord } from "../model/revocation.ts";

/** Number of the value format that this release reads. */
const FORMAT = 1;

/**
 * Reads a record's value as docs/revocation-records.md describes it. Strict where it matters: undefined for anything that is
 * not clearly such a record, because a record that cannot be understood must not count as none. Members that are not known
 * are ignored, so that writers may add to who, why and when.
 */
export function readRecord(kind: RecordKind, value: string): RevocationRecord | undefined {
  const fields = parse(value);
  if (fields?.["format"] !== FORMAT) return undefined;
  const { revoked, issuedBefore, minimumTokenVersion, until } = fields;
  if (!isOptional(until, isNumericDate) || !isOptional(issuedBefore, isNumericDate)) return undefined;
  if (!isOptional(minimumTokenVersion, isVersion) || !isOptional(revoked, isTrue)) return undefined;
  const record = { revoked: revoked === true, issuedBefore, minimumTokenVersion, until };
  return says(kind, record) ? record : undefined;
}

/** True when the record has what its kind can say, and nothing of what it cannot. */
function says(kind: RecordKind, { revoked, issuedBefore, minimumTokenVersion }: RevocationRecord): boolean {
  const cutsOff = issuedBefore !== undefined;
  const hasMinimum = minimumTokenVersion !== undefined;
  switch (kind) {
    case "token":
      return revoked && !cutsOff && !hasMinimum;
    case "session":
      return revoked !== cutsOff && !hasMinimum;
    case "subject":
      return !revoked && (cutsOff || hasMinimum);
    case "issuer":
      return !revoked && cutsOff && !hasMinimum;
  }
}

/** Any JSON, or undefined: whatever is no object has no member `format`. */
function parse(value: string): Readonly<Record<string, unknown>> | null | undefined {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

function isTrue(value: unknown): value is true {
  return value === true;
}
