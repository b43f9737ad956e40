/** Entries of one sort, of which the last ones are kept: those of one sort never push out another's. */
export interface Lane {
  readonly name: string;
  /** What is true of them, in SQL. An index has the same condition. */
  readonly holds: string;
  /** How many are kept. */
  readonly keeps: number;
  /** They are of few who may each write many: whoever has most of them loses some first. */
  readonly isShared?: true;
}

/** What an operator or another Worker changed. */
const CHANGED = "changed = 1 AND id IS NOT NULL AND via IS NOT 'self'";

const ENDS_ISSUER = "(op = 'cutOff' AND ifnull(name, '') BETWEEN 'jotgate1:issuer:' AND 'jotgate1:issuer;')";

/** Whoever is verified but has no role may be one of very many, so their names do not make them somebody. */
const NOBODY = "(by IS NULL OR op = 'authenticate')";

/**
 * Every entry of the history is of exactly one of these. What changed something is kept apart from what did not, and operators'
 * commands from what users and writers of KV bring about in any number. Who may revoke, and so write as many commands as they
 * like, may neither lift nor restore nor end an issuer's tokens: each of that has a lane of its own.
 */
export const LANES: readonly Lane[] = [
  // An import of 100,000 records must not be all that is left.
  {
    ...{ name: "commands", keeps: 500_000, isShared: true },
    holds: `${CHANGED} AND op NOT IN ('lift', 'restore') AND NOT ${ENDS_ISSUER}`,
  },
  { name: "lifts", holds: `${CHANGED} AND op = 'lift'`, keeps: 100_000 },
  { name: "restored", holds: `${CHANGED} AND op = 'restore'`, keeps: 100_000 },
  { name: "issuers", holds: `${CHANGED} AND ${ENDS_ISSUER}`, keeps: 10_000 },
  { name: "signed_out", holds: "changed = 1 AND id IS NOT NULL AND via IS 'self'", keeps: 200_000 },
  { name: "found", holds: "changed = 1 AND id IS NULL", keeps: 100_000 },
  // Their ids are what makes asking again safe.
  { name: "unchanged", holds: "changed = 0 AND id IS NOT NULL", keeps: 100_000, isShared: true },
  { name: "attempts", holds: `changed = 0 AND id IS NULL AND NOT ${NOBODY}`, keeps: 50_000, isShared: true },
  { name: "nobody", holds: `changed = 0 AND id IS NULL AND ${NOBODY}`, keeps: 10_000 },
];

/** Name of the lane's index: the entries' numbers, for a shared lane in order of whose they are. */
export function indexOf({ name }: Lane): string {
  return `history_${name}`;
}
