/** Numbers of live records that everything is measured with: a small service, a large one, and close to the end. */
export const SIZES = [1_000, 100_000, 1_000_000] as const;
