import { indexOf, LANES } from "./history-lanes.ts";
import type { LedgerStorage } from "./ports.ts";

/** Columns that the first layout of a table did not have. A release that does not know them leaves them empty. */
const ADDED = {
  records: ["changed_at REAL", "lifted_about TEXT"],
  history: ["origin TEXT", "problem TEXT", "times INTEGER", "via TEXT", "last_at REAL", "given_id TEXT"],
};

/** Number of the table layout that this release reads and writes. */
const FORMAT = 1;

/**
 * `ledger` has one row: who this is, how far it has come, and the state of its scan. It is one row so that a change of
 * the head costs one row. In `records` the sequence is the primary key: the feed is a walk along the table itself.
 */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS ledger (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    format INTEGER NOT NULL,
    id TEXT NOT NULL,
    former TEXT NOT NULL,
    head INTEGER NOT NULL,
    live INTEGER NOT NULL,
    forgotten INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    ready INTEGER NOT NULL,
    scanning INTEGER NOT NULL,
    scan_cursor TEXT,
    scan_after TEXT NOT NULL,
    scan_begun REAL,
    scan_done REAL,
    scan_keys INTEGER NOT NULL,
    compacted REAL,
    purged REAL,
    problem TEXT,
    problem_at REAL
  )`,
  `CREATE TABLE IF NOT EXISTS records (
    sequence INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    id_high INTEGER NOT NULL,
    id_low INTEGER NOT NULL,
    live INTEGER NOT NULL,
    invalid INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    issued_before REAL,
    minimum_version INTEGER,
    until REAL,
    by TEXT,
    why TEXT,
    at REAL,
    wants TEXT,
    due REAL,
    queued_at REAL,
    tries INTEGER NOT NULL,
    written_at REAL,
    lifted TEXT,
    lifted_sequence INTEGER,
    gone_at REAL,
    withdrawn INTEGER NOT NULL,
    ${ADDED.records.join(",\n    ")}
  )`,
  "CREATE INDEX IF NOT EXISTS records_due ON records (due) WHERE due IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS records_until ON records (until) WHERE until IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS records_invalid ON records (name) WHERE invalid = 1",
  "CREATE INDEX IF NOT EXISTS records_lifted ON records (gone_at) WHERE live = 0",
  `CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY,
    id TEXT UNIQUE,
    at REAL NOT NULL,
    op TEXT NOT NULL,
    name TEXT,
    by TEXT,
    why TEXT,
    sequence INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    asked TEXT,
    answer TEXT,
    ${ADDED.history.join(",\n    ")}
  )`,
];

/** Indexes of the history, by their names. */
export const INDEXES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    LANES.map((lane) => [indexOf(lane), `(${lane.isShared ? "via, by" : "number"}) WHERE ${lane.holds}`]),
  ),
  history_repeated: "(op, by, via, problem) WHERE changed = 0 AND id IS NULL",
  history_name: "(name) WHERE name IS NOT NULL",
  history_by: "(by) WHERE by IS NOT NULL",
};

/**
 * Makes the tables when there are none. A ledger begins not ready: it has yet to see what is in KV.
 *
 * @param newId called for a new ledger only
 */
export function prepare(storage: LedgerStorage, newId: () => string): void {
  storage.transaction(() => {
    for (const table of TABLES) storage.exec(table);
    for (const [table, columns] of Object.entries(ADDED)) {
      const present = new Set(storage.exec(`PRAGMA table_info(${table})`).map(({ name }) => name));
      const missing = columns.filter((column) => !present.has(column.split(" ")[0] ?? ""));
      for (const column of missing) storage.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    }
    makeIndexes(storage);
    const [ledger] = storage.exec("SELECT format FROM ledger");
    if (ledger === undefined) {
      storage.exec(
        `INSERT INTO ledger (one, format, id, former, head, live, forgotten, fence, ready, scanning, scan_after, scan_keys)
         VALUES (1, ?, ?, '[]', 0, 0, 0, 0, 0, 0, '', 0)`,
        FORMAT,
        newId(),
      );
    } else if (ledger["format"] !== FORMAT) {
      throw new Error("The ledger's tables were written by another release.");
    }
  });
}

/** Makes the indexes of the history what this release needs; another one may have had others, or others of the same name. */
function makeIndexes(storage: LedgerStorage): void {
  const found = storage.exec(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'history' AND sql IS NOT NULL",
  );
  const present = new Map(found.map(({ name, sql }) => [name as string, sql]));
  const wanted = new Map(
    Object.entries(INDEXES).map(([name, over]) => [name, `CREATE INDEX ${name} ON history ${over}`]),
  );
  for (const [name, sql] of present) if (wanted.get(name) !== sql) storage.exec(`DROP INDEX ${name}`);
  for (const [name, sql] of wanted) if (present.get(name) !== sql) storage.exec(sql);
}
