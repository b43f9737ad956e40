/** First path segment of Jotgate's own pages. */
export const RESERVED_SEGMENT = "_jotgate";

/** True for a first segment that is Jotgate's own, in every spelling that an origin could take for it. */
export function isReservedSegment(segment: string): boolean {
  return segment.toLowerCase().replace(/[. ]+$/, "") === RESERVED_SEGMENT;
}
