/** A NumericDate with what it means: `1893456000 (2030-01-01T00:00:00Z)`. */
export function writeTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const readable = Number.isNaN(date.getTime()) ? "" : ` (${date.toISOString().replace(/\.\d+Z$/, "Z")})`;
  return `${Math.floor(seconds * 1000) / 1000}${readable}`;
}
