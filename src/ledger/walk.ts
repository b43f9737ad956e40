import type { LedgerStorage, SqlValue } from "./ports.ts";

/** Rows that one page looks at, at most: questions that few rows answer must not keep the ledger from its work. */
const MOST_ROWS = 10_000;

/** Rows of one page. */
const MOST_WANTED = 1_000;
const USUAL = 100;

/** A condition in SQL, with its bindings. */
export type Condition = readonly [sql: string, ...bindings: (string | number)[]];

/** A way along a table, in order of one of its unique columns. */
export interface Walk {
  readonly table: "records" | "history";
  readonly key: "name" | "sequence" | "number";
  /** Whether it goes from the highest to the lowest. */
  readonly down: boolean;
  /** Where the page before ended. */
  readonly after: string | number | undefined;
  /** Conditions that an index of the table, or the way itself, is for: what they leave out is not come by. */
  readonly along: readonly Condition[];
  /** Conditions for which each row is looked at. */
  readonly where: readonly Condition[];
}

/** Part of the rows, and where to go on; null at the end. */
export interface Page {
  readonly rows: readonly Readonly<Record<string, SqlValue>>[];
  readonly next: string | number | null;
}

/** The next rows for which all conditions hold. @param limit 1 to 1,000; default 100 */
export function walk(storage: LedgerStorage, { table, key, down, after, along, where }: Walk, limit?: number): Page {
  const size = Math.min(Math.max(Math.trunc(limit ?? USUAL) || 1, 1), MOST_WANTED);
  const order = `ORDER BY ${key} ${down ? "DESC" : "ASC"}`;
  const way: readonly Condition[] = after === undefined ? along : [...along, [`${key} ${down ? "<" : ">"} ?`, after]];
  const select = (what: string, conditions: readonly Condition[], end: string) =>
    storage.exec(
      `SELECT ${what} FROM ${table} WHERE ${["1", ...conditions.map(([sql]) => sql)].join(" AND ")} ${order} ${end}`,
      ...conditions.flatMap(([, ...bindings]) => bindings),
    );
  const [last] = where.length === 0 ? [] : select(key, way, `LIMIT 1 OFFSET ${MOST_ROWS - 1}`);
  const edge = (last?.[key] ?? null) as string | number | null;
  const within: readonly Condition[] = edge === null ? [] : [[`${key} ${down ? ">=" : "<="} ?`, edge]];
  const rows = select("*", [...way, ...where, ...within], `LIMIT ${size + 1}`);
  const ofPage = rows.slice(0, size);
  return { rows: ofPage, next: rows.length > size ? (ofPage.at(-1)?.[key] as string | number) : edge };
}
