/** What is mutated: all that decides and asks neither platform nor clock. */
export const MUTATED: string[] = [
  "src/model/**/*.ts",
  "src/authorize/**/*.ts",
  "src/gateway/answer.ts",
  "src/gateway/cache-privacy.ts",
  "src/gateway/foreign-headers.ts",
  "src/gateway/identity.ts",
  "src/gateway/remove-credentials.ts",
  "src/platform/bounded-map.ts",
  "src/revocation/freshness.ts",
  "src/revocation/merge-records.ts",
  "src/revocation/record-value.ts",
];

/** Share of mutants, in percent, that tests have to notice. */
export const LEAST_SCORE = 95;
