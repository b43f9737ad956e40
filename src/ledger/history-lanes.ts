/** Entries of one sort, of which the last ones are kept: those of one sort never push out another's. */
export interface Lane {
  readonly name: string;
  /** What is true of them, in SQL. An index has the same condition. */
  readonly holds: string;
  /** How many are kept. */
  readonly keeps: number;
}

/**
 * Every entry of the history is of exactly one of these. What changed something is kept apart from what did not, and operators'
 * commands from what users and writers of KV bring about in any number.
 */
export const LANES: readonly Lane[] = [
  // An import of 100,000 records must not be all that is left.
  { name: "commands", holds: "changed = 1 AND id IS NOT NULL AND via IS NOT 'self' AND op <> 'lift'", keeps: 500_000 },
  // Who may revoke, and so write as many commands as they like, may not lift.
  { name: "lifts", holds: "changed = 1 AND id IS NOT NULL AND via IS NOT 'self' AND op = 'lift'", keeps: 100_000 },
  { name: "signed_out", holds: "changed = 1 AND id IS NOT NULL AND via IS 'self'", keeps: 200_000 },
  { name: "found", holds: "changed = 1 AND id IS NULL", keeps: 100_000 },
  // Their ids are what makes asking again safe.
  { name: "unchanged", holds: "changed = 0 AND id IS NOT NULL", keeps: 100_000 },
  { name: "attempts", holds: "changed = 0 AND id IS NULL AND by IS NOT NULL", keeps: 50_000 },
  { name: "nobody", holds: "changed = 0 AND id IS NULL AND by IS NULL", keeps: 10_000 },
];
