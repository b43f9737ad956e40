/** A `typ` value for comparison (RFC 7515 §4.1.9): without a slash it is short for `application/…`, and case does not count. */
export function normaliseTokenType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, "");
}
