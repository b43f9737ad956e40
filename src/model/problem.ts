/** One thing that is wrong with the configuration. */
export interface Problem {
  /** Where, as the operator wrote it: `ROUTES[2].access`. */
  readonly path: string;
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}
