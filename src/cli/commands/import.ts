import { plain } from "../../explain/printable.ts";
import { ImportProgress } from "../bulk/import-progress.ts";
import { count, progressBar } from "../bulk/progress-bar.ts";
import { type Sent, sendLines } from "../bulk/send-lines.ts";
import { type BadLine, type Survey, survey } from "../bulk/survey.ts";
import { whenInterrupted } from "../bulk/when-interrupted.ts";
import type { Arguments, Command, ExitCode } from "../command.ts";
import { CannotTell } from "../failures.ts";
import { refuseToWaitForNothing, wait } from "../remote/command-options.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { PATIENCE_OPTION, readPatience } from "../remote/patiently.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";
import type { Waited } from "../remote/wait-until-enforced.ts";
import type { Terminal } from "../terminal.ts";

/** Bad lines that are shown; thousands would hide what comes after them. */
const MOST_SHOWN = 50;

export const importRecords: Command = {
  name: "import",
  summary: "Take records or commands from JSON Lines.",
  description: `Reads a file with one JSON object a line: records as jotgate export writes them, which come back as they were, or
commands as POST /commands takes them (docs/operator-api.md). Records merge with what is stored, and the strictest wins;
ones that have ended are left out. Every line is looked at before the first is sent.

How far it has come stands in FILE.progress until it is done: the same import then goes on where it stopped, and
nothing is carried out twice. Ctrl-C stops it in the same way, with exit code 130. Importing a file again after it was
done begins anew. Records take the role admin.`,
  operands: [{ name: "FILE", help: "the lines." }],
  options: {
    "keep-going": { help: "Pass over lines that are wrong or that the guard refuses, and tell of them." },
    resume: {
      value: "FILE",
      file: true,
      help: "Where to keep how far it has come, to go on from there without being told. Default: FILE.progress.",
    },
    why: { value: "TEXT", help: "Why, for lines that do not say." },
    wait: { help: "Return when the guards that answer enforce all of it." },
    "dry-run": { help: "Only tell what would be changed, for 500 lines at a time as if there were no others." },
    ...PATIENCE_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { command: "jotgate import records.jsonl", does: "Brings back what was exported." },
    { command: "jotgate import commands.jsonl --dry-run", does: "Tells how much of it would change anything." },
    { command: "jotgate import commands.jsonl --keep-going --why 'incident 7'", does: "As much as possible." },
  ],
  exitCodes: {
    0: "All of it is done.",
    1: "Lines were refused or passed over, or the role does not include it.",
    2: "Wrong usage, or lines that are wrong; nothing was changed.",
    3: "The guard did not answer. What it has come to stands in FILE.progress: import the same file again. After --wait also: all of it is done, and nobody saw guards enforce it.",
  },
  async run(args, { terminal }) {
    const [file = ""] = args.operands;
    refuseToWaitForNothing(args);
    const client = new GuardClient(readTarget(args));
    const surveyed = await terminal.during(`Reading ${plain(file)} …`, () => survey(file));
    showBad(surveyed.bad, file, terminal);
    if (surveyed.bad.length > 0 && !args.has("keep-going")) {
      const error = "nothing was sent. Correct these lines, or pass over them with --keep-going.";
      terminal.warn(`jotgate import: ${error}`);
      if (args.has("json")) terminal.printJson({ ...toJson(file, surveyed, NOTHING_SENT, args), error });
      return 2;
    }
    const sent = await send(file, surveyed, client, args, terminal);
    showBad(sent.refused, file, terminal);
    const complete = sent.refused.length === 0 || args.has("keep-going");
    if (!complete) {
      terminal.warn(`jotgate import: ${whereItStopped(sent)}`);
    }
    // Where nothing was stored there is nothing to wait for.
    const waited = complete && args.has("wait") && sent.sequence > 0 ? await wait(client, sent, terminal) : undefined;
    if (args.has("json")) terminal.printJson(toJson(file, surveyed, sent, args, waited));
    else printSummary(surveyed, sent, args, terminal);
    if (waited?.enforced === false) terminal.warn(`jotgate import: ${waited.why}`);
    return waited?.enforced === false ? 3 : exitCode(surveyed, sent);
  },
};

const NOTHING_SENT: Sent = { lines: 0, through: 0, changed: 0, unchanged: 0, ended: 0, refused: [], sequence: 0 };

async function send(
  file: string,
  { content, lines }: Survey,
  client: GuardClient,
  args: Arguments,
  terminal: Terminal,
): Promise<Sent> {
  const dryRun = args.has("dry-run");
  // A preview changes nothing, so there is nothing to go on with.
  const progress = dryRun
    ? undefined
    : ImportProgress.open(args.text("resume") ?? `${file}.progress`, content, client.origin);
  const begun = performance.now();
  const after = progress?.through ?? 0;
  const sending = (say: (what: string) => void): Promise<Sent> => {
    say(progressBar(0, lines, "lines", 0));
    return sendLines(file, {
      client,
      why: args.text("why"),
      dryRun,
      patience: readPatience(args),
      say,
      keepGoing: args.has("keep-going"),
      after,
      idOf: progress === undefined ? (line) => `preview:${line}` : (line) => progress.idOf(line),
      onBatch: ({ lines: done }, through) => {
        progress?.reach(through);
        say(progressBar(Math.min(after + done, lines), lines, "lines", (performance.now() - begun) / 1000, after));
      },
    });
  };
  try {
    const sent = await whenInterrupted(
      terminal,
      () => `jotgate import: stopped. ${howToGoOn(progress)}`,
      () => terminal.during("", sending),
    );
    if (sent.refused.length === 0 || args.has("keep-going")) progress?.finish();
    return sent;
  } catch (error) {
    if (!(error instanceof CannotTell) || progress === undefined) throw error;
    throw new CannotTell(`${error.message}\n${howToGoOn(progress)}`);
  }
}

/** What is on its way when somebody stops it may be carried out; it has the same ids when it is sent again. */
function howToGoOn(progress: ImportProgress | undefined): string {
  if (progress === undefined) return "Nothing was changed.";
  const reached = progress.through === 0 ? "Nothing is known to be done" : `Line ${progress.through} was reached`;
  return `${reached}: import the same file again to go on from there.`;
}

function showBad(bad: readonly BadLine[], file: string, terminal: Terminal): void {
  for (const { line, problems } of bad.slice(0, MOST_SHOWN)) {
    for (const { path, problem, remedy } of problems) {
      terminal.warn(`${plain(file)}:${line}: ${plain(`${path} ${problem}. ${remedy}`)}`);
    }
  }
  if (bad.length > MOST_SHOWN) terminal.warn(`… and ${count(bad.length - MOST_SHOWN)} more lines.`);
}

/** Lines go in batches, and those after a refused one in its batch are carried out. */
function whereItStopped({ through, refused }: Sent): string {
  const first = refused[0]?.line ?? 0;
  const [which, them] =
    refused.length === 1
      ? [`line ${first}, which was refused`, "it"]
      : [`${count(refused.length)} that were refused, the first of them line ${first}`, "them"];
  return `stopped after line ${through}. All up to there was dealt with except ${which}. Correct ${them}, or pass over ${them} with --keep-going.`;
}

function printSummary({ bad, lines }: Survey, sent: Sent, args: Arguments, terminal: Terminal): void {
  const would = args.has("dry-run") ? "would be " : "";
  const passedOver = bad.length + sent.refused.length;
  const parts = [
    `${count(sent.changed)} ${would}stored`,
    `${count(sent.unchanged)} ${would === "" ? "changed" : "would change"} nothing`,
    ...(sent.ended === 0 ? [] : [`${count(sent.ended)} had ended`]),
    ...(passedOver === 0 ? [] : [`${count(passedOver)} refused`]),
  ];
  const earlier = lines - sent.lines;
  const scope = earlier > 0 ? `${count(sent.lines)} of ${count(lines)} lines` : `${count(lines)} lines`;
  terminal.print(`${scope}: ${parts.join(", ")}.`);
}

function toJson(file: string, { lines, bad }: Survey, sent: Sent, args: Arguments, waited?: Waited): object {
  const { refused, sequence: _sequence, through: _through, lines: dealtWith, ...counts } = sent;
  const dryRun = args.has("dry-run");
  const enforced = waited?.enforced ?? false;
  return { format: 1, command: "import", file, dryRun, lines, dealtWith, ...counts, enforced, bad, refused };
}

function exitCode({ bad }: Survey, { refused }: Sent): ExitCode {
  return bad.length + refused.length > 0 ? 1 : 0;
}
