/** Reads a NumericDate (seconds since 1970) or a date and time with its offset (RFC 3339); undefined for anything else. */
export function parseTime(text: string): number | undefined {
  if (/^\d{1,11}(?:\.\d+)?$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i.test(text)) return undefined;
  const milliseconds = Date.parse(text.replace(" ", "T").toUpperCase());
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

/** A NumericDate with what it means: `1893456000 (2030-01-01T00:00:00Z)`. */
export function writeTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const readable = Number.isNaN(date.getTime()) ? "" : ` (${date.toISOString().replace(/\.\d+Z$/, "Z")})`;
  return `${Math.floor(seconds * 1000) / 1000}${readable}`;
}
