/** What JSON calls an object: neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A NumericDate (RFC 7519 §2). JSON can spell numbers that parse to Infinity, and would never be over. */
export function isNumericDate(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0;
}

/** A token version: a whole number from 0 that is exact. */
export function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
