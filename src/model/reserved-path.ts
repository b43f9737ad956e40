/** First path segment of Jotgate's own pages. */
export const RESERVED_SEGMENT = "_jotgate";

/** True for a first segment that is Jotgate's own, in every spelling that an origin could take for it. */
export function isReservedSegment(segment: string): boolean {
  // Anchored at both ends: what a client fills with dots is read once, and not again from each of them.
  return /^_jotgate[. ]*$/i.test(segment);
}
