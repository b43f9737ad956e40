declare const canonical: unique symbol;

/** A path that guard and origin read alike: no two spellings of it name different things. */
export interface CanonicalPath {
  readonly [canonical]: true;
  /** What is matched and what is forwarded. */
  readonly text: string;
  /** Segments between slashes, percent-decoded; the last is empty when the path ends in a slash. */
  readonly segments: readonly string[];
}

/**
 * Reads the path of a request URL in its normal form (RFC 3986 §6.2.2: unreserved characters decoded, upper-case hex
 * digits), or returns undefined when an origin might read it differently:
 *
 * - encoded slashes or backslashes, and encodings of encodings (`%252f`), which some origins decode once more
 * - empty segments, which many origins merge
 * - path parameters (`;`), which servlet containers cut off before they match
 * - control characters, and octets that are not UTF-8 or not correctly encoded
 *
 * Dot segments, `%2e` forms included, are resolved by the URL parser before a path gets here; any left is refused.
 */
export function readCanonicalPath(path: string): CanonicalPath | undefined {
  if (!path.startsWith("/") || path.includes("//") || FORBIDDEN.test(path)) return undefined;
  const encoded = path.includes("%");
  const text = encoded ? normaliseEncoding(path) : path;
  if (text === undefined) return undefined;
  const parts = text.slice(1).split("/");
  const segments: (string | undefined)[] = encoded ? parts.map(decodeSegment) : parts;
  if (!segments.every(encoded ? isUnambiguous : isNoDotSegment)) return undefined;
  return { text, segments } as Omit<CanonicalPath, typeof canonical> as CanonicalPath;
}

// Anything but visible ASCII was encoded by the URL parser; a raw backslash was turned into a slash.
const FORBIDDEN = /[;\\]|[^\x21-\x7e]/;

const UNRESERVED = /[A-Za-z0-9\-._~]/;

function normaliseEncoding(path: string): string | undefined {
  let wellFormed = true;
  const text = path.replace(/%(..?)?/g, (triplet, digits: string | undefined) => {
    if (digits === undefined || !/^[0-9A-Fa-f]{2}$/.test(digits)) {
      wellFormed = false;
      return triplet;
    }
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED.test(character) ? character : triplet.toUpperCase();
  });
  return wellFormed ? text : undefined;
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // overlong forms and other octets that are not UTF-8
  }
}

function isUnambiguous(segment: string | undefined): segment is string {
  return isNoDotSegment(segment) && !/[/\\;\p{Cc}]|%[0-9A-Fa-f]{2}/u.test(segment);
}

function isNoDotSegment(segment: string | undefined): segment is string {
  return segment !== undefined && segment !== "." && segment !== "..";
}
