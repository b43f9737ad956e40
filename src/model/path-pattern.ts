import { type CanonicalPath, readCanonicalPath } from "./canonical-path.ts";

/**
 * A path pattern: literal segments, `:name` or `*` for exactly one non-empty segment, and a final `*` for the path so
 * far and everything beneath it. Case and a trailing slash matter.
 */
export interface PathPattern {
  /** As configured. */
  readonly text: string;
  readonly segments: readonly PatternSegment[];
  /** True when the pattern ends in `*`. */
  readonly andBeneath: boolean;
}

/** A literal to compare with, or null for any one segment. */
type PatternSegment = string | null;

/** Reads a pattern; undefined when it is not a path, or names a path that no request can have. */
export function parsePathPattern(text: string): PathPattern | undefined {
  if (!text.startsWith("/") || /[?#]/.test(text)) return undefined;
  const parts = text.slice(1).split("/");
  const andBeneath = parts.at(-1) === "*";
  if (andBeneath) parts.pop();
  const segments: PatternSegment[] = [];
  for (const part of parts) {
    if (part === "*" || /^:[A-Za-z_][A-Za-z0-9_]*$/.test(part)) {
      segments.push(null);
      continue;
    }
    const literal = part.startsWith(":") || part.includes("*") ? undefined : readLiteral(part);
    if (literal === undefined || (literal === "" && segments.length < parts.length - 1)) return undefined;
    segments.push(literal);
  }
  if (andBeneath && segments.at(-1) === "") return undefined;
  return { text, segments, andBeneath };
}

/** True when the pattern speaks for this path, exactly as written. */
export function matchesPath(pattern: PathPattern, path: CanonicalPath): boolean {
  return matches(pattern, path.segments);
}

/**
 * True when an origin that ignores case, or trailing slashes, dots and blanks, would take the path for one of this
 * pattern's.
 */
export function resemblesPath(pattern: PathPattern, path: CanonicalPath): boolean {
  return matches(foldPattern(pattern), withoutTrailingBlanks(path.segments).map(foldSegment));
}

/** True when every path that `inner` matches is matched by `outer` as well. */
export function coversPattern(outer: PathPattern, inner: PathPattern): boolean {
  if (outer.segments.length > inner.segments.length) return false;
  if (!outer.andBeneath && (inner.andBeneath || outer.segments.length !== inner.segments.length)) return false;
  return outer.segments.every((segment, index) =>
    segment === null ? inner.segments[index] !== "" : segment === inner.segments[index],
  );
}

/** True when every path that `inner` matches is matched by `outer`, or resembles its paths. */
export function shadowsPattern(outer: PathPattern, inner: PathPattern): boolean {
  return coversPattern(foldPattern(outer), foldPattern(inner));
}

function matches(pattern: PathPattern, segments: readonly string[]): boolean {
  const { length } = pattern.segments;
  if (pattern.andBeneath ? segments.length < length : segments.length !== length) return false;
  return pattern.segments.every((expected, index) => {
    const actual = segments[index];
    return expected === null ? actual !== "" : expected === actual;
  });
}

function foldPattern(pattern: PathPattern): PathPattern {
  const segments = withoutTrailingBlanks(pattern.segments);
  return { ...pattern, segments: segments.map((segment) => (segment === null ? null : foldSegment(segment))) };
}

/** Without the end of a path that some origins trim: empty segments, and those of nothing but dots and blanks. */
function withoutTrailingBlanks<S extends PatternSegment>(segments: readonly S[]): readonly S[] {
  return segments.slice(0, segments.findLastIndex((segment) => segment === null || /[^. ]/.test(segment)) + 1);
}

/** Case goes both ways, as some origins compare: `ı` and `ſ` become ASCII letters only by way of upper case, `K` by lower. */
function foldSegment(segment: string): string {
  const folded = segment.toLowerCase().toUpperCase().toLowerCase().replaceAll("i\u0307", "i");
  return folded.replace(/(?<=[^. ])[. ]+$/, "");
}

function readLiteral(part: string): string | undefined {
  // A blank stands in the way of "not a path"; any other text must survive a round trip through a request URL.
  if (part === "") return "";
  if (!part.isWellFormed()) return undefined;
  const path = readCanonicalPath(`/${encodeURI(part).replaceAll("%25", "%")}`);
  return path?.segments.length === 1 ? path.segments[0] : undefined;
}
