import type { RecordKind, RevocationRecord } from "../../../src/model/revocation.ts";

/** Numbers that look random and are the same for the same seed, from 0 up to but not including 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 up to but not including `end`. */
export function below(end: number, random: () => number): number {
  return Math.floor(random() * end);
}

/** Any 32 bits. */
export function word(random: () => number): number {
  return below(2 ** 32, random);
}

export const SAYS_NOTHING: RevocationRecord = {
  revoked: false,
  issuedBefore: undefined,
  minimumTokenVersion: undefined,
  until: undefined,
};

/** Times on both sides of whatever a compact form may hold. */
const TIMES = [0, 0.5, 1, 1_799_999_999.25, 1_800_000_000, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 1.7e308];
const VERSIONS = [0, 1, 7, 2 ** 32, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER];

function oneOf<T>(values: readonly T[], random: () => number): T {
  return values[below(values.length, random)] as T;
}

/** A record as its kind may have it, with values at the edges of their ranges. */
export function randomRecord(kind: RecordKind, random: () => number): RevocationRecord {
  const until = random() < 0.2 ? undefined : oneOf(TIMES, random);
  const time = oneOf(TIMES, random);
  if (kind === "token" || (kind === "session" && random() < 0.5)) return { ...SAYS_NOTHING, revoked: true, until };
  if (kind !== "subject") return { ...SAYS_NOTHING, issuedBefore: time, until };
  const says = below(3, random);
  return {
    revoked: false,
    issuedBefore: says === 0 ? undefined : time,
    minimumTokenVersion: says === 1 ? undefined : oneOf(VERSIONS, random),
    until,
  };
}
