import { parseTime } from "../request/time.ts";

/** When cases happen that do not say: 2030-01-01T00:00:00Z. Fixed, so that a case means the same every day. */
export const DEFAULT_NOW = 1_893_456_000;

/** A NumericDate, a date, or `now`, `now + 60`, `now - 60`; undefined for anything else. */
export function resolveTime(value: unknown, now: number): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const [relative, sign, seconds] = /^now(?: *([+-]) *(\d{1,10}(?:\.\d+)?))?$/.exec(value) ?? [];
  if (relative === undefined) return parseTime(value);
  return now + (sign === "-" ? -1 : 1) * Number(seconds ?? 0);
}
