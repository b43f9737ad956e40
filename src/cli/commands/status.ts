import { plain } from "../../explain/printable.ts";
import type { Command, ExitCode } from "../command.ts";
import { type Status, status as statusSchema } from "../remote/answers.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";
import type { Terminal } from "../terminal.ts";

export const status: Command = {
  name: "status",
  summary: "Show how the ledger and a guard's mirror of it stand.",
  description: `Shows the ledger's last change, what it has not yet copied to KV, when it last looked for other writers' records,
and how the isolate that answers stands. Other isolates may stand differently; none relies on knowledge older than the
staleness bound.`,
  operands: [],
  options: TARGET_OPTIONS,
  examples: [
    { command: "jotgate status", does: "Shows the guard of npm run dev." },
    { command: "jotgate status --url https://api.example.com --json", does: "A deployed one, for a monitor." },
  ],
  exitCodes: {
    0: "The ledger is ready.",
    1: "The guard refuses.",
    2: "Wrong usage.",
    3: "The guard or the ledger cannot be reached, or the ledger is still starting.",
  },
  async run(args, { terminal }): Promise<ExitCode> {
    const client = new GuardClient(readTarget(args));
    const found = await client.get("status", statusSchema);
    if (args.has("json")) terminal.printJson({ format: 1, command: "status", ...found });
    else print(found, terminal);
    return found.ledger.state === "ready" ? 0 : 3;
  },
};

function print({ ledger, mirror }: Status, terminal: Terminal): void {
  const state = terminal.style(ledger.state === "ready" ? "green" : "yellow", ledger.state);
  terminal.print(`ledger   ${state}`);
  if (ledger.state !== "unreachable") {
    const { backlog, scan, lastError } = ledger;
    terminal.print(`         change ${ledger.sequence}, ${ledger.records} records, contents ${plain(ledger.ledger)}`);
    if (ledger.invalid > 0) terminal.print(`         ${ledger.invalid} records that nobody can read`);
    terminal.print(
      `kv       ${backlog.records === 0 ? "has everything" : `lacks ${backlog.records} records, for ${seconds(backlog.oldest)}`}`,
    );
    terminal.print(`         last complete scan began ${scan.age === null ? "never" : `${seconds(scan.age)} ago`}`);
    if (lastError !== null)
      terminal.print(`         last error ${seconds(lastError.age)} ago: ${plain(lastError.message)}`);
  }
  const age = mirror.age === undefined ? "not fresh" : `${seconds(mirror.age / 1000)} old`;
  terminal.print(`mirror   ${plain(mirror.state)}, ${age}, up to change ${mirror.through}`);
  terminal.print(`         ${mirror.records} records, ${mirror.bytes} bytes`);
}

function seconds(value: number | null): string {
  return value === null ? "an unknown time" : `${value.toFixed(1)} s`;
}
