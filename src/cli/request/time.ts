/** Reads a NumericDate (seconds since 1970) or a date and time with its offset (RFC 3339); undefined for anything else. */
export function parseTime(text: string): number | undefined {
  if (/^\d{1,11}(?:\.\d+)?$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i.test(text)) return undefined;
  const milliseconds = Date.parse(text.replace(" ", "T").toUpperCase());
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
