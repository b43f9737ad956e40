import { plain } from "../../explain/printable.ts";
import { RECORD_KINDS, type RecordKind } from "../../model/revocation.ts";
import { readRecord } from "../../revocation/record-value.ts";
import { ExportFile, type ExportState } from "../bulk/export-file.ts";
import { count, progressBar } from "../bulk/progress-bar.ts";
import { whenInterrupted } from "../bulk/when-interrupted.ts";
import type { Arguments, Command } from "../command.ts";
import { CannotTell, Denied, UsageError } from "../failures.ts";
import { type AnswerSchema, type Listed, recordsPage, status } from "../remote/answers.ts";
import { KIND_OPTION, readChoice } from "../remote/filter-options.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { PATIENCE_OPTION, patiently, readPatience } from "../remote/patiently.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";
import type { Terminal } from "../terminal.ts";

/** The most that the guard gives at once. */
const PAGE = 1_000;

export const exportRecords: Command = {
  name: "export",
  summary: "Write all live records as JSON Lines.",
  description: `Writes every live record, one JSON object a line: its name, its kind, and the record as
docs/revocation-records.md describes it. jotgate import takes them back, here or at another guard with the same
REVOCATION_KEY: names are made with it. Only you can read the file.

Records come in order of their names, a page at a time: each that is live from the first page to the last is in it, once,
and what is changed meanwhile may be in it or not. An export that ends early leaves FILE.partial, and
--resume goes on after the last whole line there; what nobody can read is then counted from there on.`,
  operands: [],
  options: {
    output: { value: "FILE", file: true, help: "Where to. Default: standard output." },
    resume: {
      help: "Go on with an export to this file that ended early; where there is none, begin. An import does so by itself.",
    },
    ...KIND_OPTION,
    ...PATIENCE_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { command: "jotgate export --output records.jsonl", does: "Makes a copy of everything." },
    { command: "jotgate export --output records.jsonl --resume", does: "Goes on when that ended early." },
    { command: "jotgate export --kind subject | jq -r .name", does: "Prints the names of all users' records." },
  ],
  exitCodes: {
    0: "All of it was written.",
    1: "The guard refuses.",
    2: "Wrong usage, or a file that cannot be written.",
    3: "It could not be found out; what was written is not all. Go on with --resume.",
  },
  async run(args, { terminal }) {
    const kind = readChoice(args, "kind", RECORD_KINDS);
    const output = args.text("output");
    if (args.has("json") && output === undefined) {
      throw new UsageError("The records are JSON already. --json tells of an export to a file: give --output as well.");
    }
    if (args.has("resume") && output === undefined)
      throw new UsageError("--resume goes on with a file: give --output.");
    const client = new GuardClient(readTarget(args));
    const patience = readPatience(args);
    const asking =
      (say: Say): Asking =>
      (path, schema, query) =>
        patiently(() => client.get(path, schema, query), patience, say);
    const { records, unreadable, before } =
      output === undefined
        ? await pourAll(asking, kind, terminal)
        : await saveAll(asking, await openFile(output, client, kind, args), kind, terminal);
    if (unreadable > 0) {
      const where = before === 0 ? "" : ` since it went on after ${count(before)} records`;
      terminal.warn(`jotgate export: left out ${count(unreadable)} that nobody can read${where}; see jotgate list.`);
    }
    const resumed = before > 0 && { resumedAfter: before };
    if (args.has("json")) {
      terminal.printJson({ format: 1, command: "export", file: output, records, ...resumed, unreadable });
    } else terminal.warn(`${count(records)} records exported.`);
    return 0;
  },
};

type Asking = <T>(
  path: string,
  schema: AnswerSchema<T>,
  query?: Readonly<Record<string, string | number | undefined>>,
) => Promise<T>;

/** Says what goes on, for people. */
type Say = (what: string) => void;

interface Exported {
  readonly records: number;
  /** Those of them that an export had written that ended early. */
  readonly before: number;
  /** Records that say nothing: KV has something under their name that cannot be understood. Those before are not among them. */
  readonly unreadable: number;
}

function openFile(
  output: string,
  { origin }: GuardClient,
  kind: RecordKind | undefined,
  args: Arguments,
): Promise<ExportFile> {
  return ExportFile.open(output, { guard: origin, kind: kind ?? null }, args.has("resume"));
}

function pourAll(asking: (say: Say) => Asking, kind: RecordKind | undefined, terminal: Terminal): Promise<Exported> {
  return terminal.during("Reading …", (say) => {
    // Lines that come by are progress enough.
    const show = terminal.isInteractive ? () => say("") : say;
    return exportAll(asking(say), kind, NOTHING_YET, show, (lines) => terminal.pour(lines));
  });
}

const NOTHING_YET = { after: undefined, records: 0 };

async function saveAll(
  asking: (say: Say) => Asking,
  file: ExportFile,
  kind: RecordKind | undefined,
  terminal: Terminal,
): Promise<Exported> {
  let leftOut = 0;
  const goOn = () => {
    const besides = leftOut === 0 ? "" : `, ${count(leftOut)} that nobody can read left out`;
    return `${count(file.written)} records are kept${besides}: the same command with --resume goes on after them.`;
  };
  try {
    const exported = await whenInterrupted(
      terminal,
      () => `jotgate export: stopped. ${goOn()}`,
      () =>
        terminal.during("Reading …", (say) =>
          exportAll(asking(say), kind, file.begun, say, (lines, records, unreadable) => {
            leftOut += unreadable;
            file.write(lines, records);
          }),
        ),
    );
    file.finish();
    return exported;
  } catch (error) {
    if (file.leave() === 0) throw error;
    if (error instanceof CannotTell) throw new CannotTell(`${error.message}\n${goOn()}`);
    if (error instanceof Denied) throw new Denied(`${error.message}\n${goOn()}`);
    throw error;
  }
}

async function exportAll(
  ask: Asking,
  kind: RecordKind | undefined,
  begun: ExportState,
  say: Say,
  write: (lines: string, records: number, unreadable: number) => unknown,
): Promise<Exported> {
  const began = performance.now();
  const total = kind === undefined ? await countAll(ask) : undefined;
  let [records, unreadable] = [begun.records, 0];
  let after: string | null | undefined = begun.after;
  while (after !== null) {
    const page: { readonly records: readonly Listed[]; readonly next: string | null } = await ask(
      "records",
      recordsPage,
      { kind, after, limit: PAGE },
    );
    const readable = page.records.filter(saysSomething);
    records += readable.length;
    const others = page.records.length - readable.length;
    unreadable += others;
    if (page.records.length > 0) await write(readable.map(toLine).join(""), readable.length, others);
    const seconds = (performance.now() - began) / 1000;
    say(
      total === undefined
        ? `${count(records)} records`
        : progressBar(records, total, "records", seconds, begun.records),
    );
    after = page.next;
  }
  return { records, before: begun.records, unreadable };
}

/** How many there are, as far as the ledger can be asked. */
async function countAll(ask: Asking): Promise<number | undefined> {
  const { ledger } = await ask("status", status);
  return ledger.state === "unreachable" ? undefined : ledger.records;
}

function saysSomething({ kind, record }: Listed): boolean {
  return readRecord(kind, JSON.stringify(record)) !== undefined;
}

/** JSON's own escapes do not cover all that steers a terminal; more of them change nothing for whoever parses it. */
function toLine({ name, kind, record }: Listed): string {
  return `${plain(JSON.stringify({ name, kind, record }))}\n`;
}
