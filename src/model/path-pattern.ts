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
  /** The segments as an origin may take them: see {@link foldPath}. */
  readonly folded: readonly PatternSegment[];
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
  return { text, segments, andBeneath, folded: foldSegments(segments) };
}

/** True when the pattern speaks for this path, exactly as written. */
export function matchesPath(pattern: PathPattern, path: CanonicalPath): boolean {
  return matches(pattern.segments, pattern.andBeneath, path.segments);
}

/** A path as careless origins may take it: in each of these ways. */
export type FoldedPath = readonly (readonly string[])[];

/**
 * Folds everything together that an origin might not tell apart: case and compatible characters, trailing slashes, dots and
 * blanks; and in a second way whatever stands behind an encoded `?` or `#`, which ends the path for origins that decode first.
 */
export function foldPath({ segments }: CanonicalPath): FoldedPath {
  const whole = segments.join("/");
  const [cut = ""] = whole.split(/[?#]/, 1);
  return (cut === whole ? [segments] : [segments, cut.split("/")]).map((kept) => foldSegments(kept));
}

/** True when an origin might take the path for one of this pattern's. */
export function resemblesPath(pattern: PathPattern, path: FoldedPath): boolean {
  return path.some((segments) => matches(pattern.folded, pattern.andBeneath, segments));
}

/**
 * True when some origins would take the path for one of this pattern's after cutting something off: in the last segment what
 * stands from a dot on, as formats do (`/orders.json`), and in any what stands from a colon on (`::$DATA` on NTFS).
 */
export function resemblesWithSuffix(pattern: PathPattern, path: FoldedPath): boolean {
  return path.some((segments) => matches(pattern.folded, pattern.andBeneath, segments, isSuffixed));
}

function isSuffixed(expected: string, segment: string, isLast: boolean): boolean {
  const behind = segment.startsWith(expected) && segment.charAt(expected.length);
  return behind === "" || behind === ":" || (isLast && behind === ".");
}

/** True when the pattern writes out every segment that might be taken for one with a suffix: whoever wrote it knew of the path. */
export function namesSuffixes(pattern: PathPattern, { segments }: CanonicalPath): boolean {
  const last = withoutTrailingBlanks(segments).length - 1;
  return segments.every(
    (segment, at) => pattern.segments[at] === segment || !(at === last ? /[.:]/ : /:/).test(segment),
  );
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
  return coversPattern({ ...outer, segments: outer.folded }, { ...inner, segments: inner.folded });
}

function matches(
  pattern: readonly PatternSegment[],
  andBeneath: boolean,
  path: readonly string[],
  same: typeof isSuffixed = Object.is,
): boolean {
  if (andBeneath ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((expected, index) => {
    const segment = path[index] ?? "";
    return expected === null ? segment !== "" : same(expected, segment, index === path.length - 1);
  });
}

function foldSegments<S extends PatternSegment>(segments: readonly S[]): readonly S[] {
  return withoutTrailingBlanks(segments).map((segment) => (segment === null ? segment : (foldSegment(segment) as S)));
}

/** Without the end of a path that some origins trim: empty segments, and those of nothing but dots and blanks. */
function withoutTrailingBlanks<S extends PatternSegment>(segments: readonly S[]): readonly S[] {
  return segments.slice(0, segments.findLastIndex((segment) => segment === null || /[^. ]/.test(segment)) + 1);
}

/** Case goes both ways, as some origins compare: `ı` and `ſ` become ASCII letters only by way of upper case, `K` by lower. */
function foldSegment(segment: string): string {
  // ASCII has no other forms and no odd letters: that takes half the time.
  const other = /[^ -~]/.test(segment) ? segment.normalize("NFKC").toLowerCase().toUpperCase() : segment;
  const folded = other.toLowerCase().replaceAll("i\u0307", "i");
  return folded.replace(/(?<=[^. ])[. ]+$/, "");
}

function readLiteral(part: string): string | undefined {
  // Text must survive a round trip through a request URL.
  if (!part.isWellFormed()) return undefined;
  const path = readCanonicalPath(`/${encodeURI(part).replaceAll("%25", "%")}`);
  return path?.segments.length === 1 ? path.segments[0] : undefined;
}
