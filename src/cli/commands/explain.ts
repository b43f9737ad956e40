import { type Explanation, explanationOf } from "../../explain/explanation.ts";
import { observeDecision } from "../../explain/observe-decision.ts";
import { placeToken } from "../../explain/place-token.ts";
import { toAccessRequest } from "../../explain/request-target.ts";
import type { Arguments, Command, ExitCode } from "../command.ts";
import { askGuard } from "../explain/ask-guard.ts";
import { LocalKeys } from "../explain/local-keys.ts";
import { printExplanation } from "../explain/print-explanation.ts";
import { readHeaders, readLine, readRequest, readSource, readToken } from "../explain/request-options.ts";
import { UsageError } from "../failures.ts";
import { Document } from "../files/document.ts";
import { LocalRecords } from "../records/local-records.ts";
import { readRecordsFile } from "../records/read-records-file.ts";
import { isDemoRunning } from "../remote/running-demo.ts";
import { TARGET_OPTIONS } from "../remote/target.ts";
import { parseTime } from "../request/time.ts";
import type { Terminal } from "../terminal.ts";
import { loadReadyGuard, type ReadyGuard } from "../worker/load-guard.ts";
import { CONFIG_OPTIONS } from "./config-options.ts";

export const explain: Command = {
  name: "explain",
  summary: "Explain why a request is allowed or refused.",
  description: `Decides one request with the Worker's own code and shows each step with what it compared: with the configuration in
wrangler's file, or, with --remote or --url, by a guard that runs, with its configuration, keys and revocation state.
The token is read from standard input, or from a file. Locally, nothing but the issuer's keys is fetched, and
revocation is looked at only where --records says what is revoked. A guard neither stores nor logs what it is asked.
What a token says is marked as unverified until its signature held, and its claims are not shown before.`,
  operands: [],
  options: {
    route: { value: '"METHOD PATH"', help: 'The request, such as "GET /api/orders/7". The path may be a whole URL.' },
    "token-file": { value: "FILE", file: true, help: "Read the token from here. Default: standard input." },
    "no-token": { help: "Send no token." },
    "token-in": {
      value: "PLACE",
      help: "Where the client puts it: authorization (default), header:NAME or cookie:NAME.",
    },
    header: { value: '"NAME: VALUE"', repeated: true, help: "Another header of the request; never one with a token." },
    host: { value: "HOST", help: "Host that the client asked for. Default: localhost." },
    now: { value: "TIME", help: "Decide as of then: a NumericDate, or a date such as 2030-01-01T00:00:00Z." },
    keys: {
      value: "FILE",
      file: true,
      help: "A JWK Set, or one for each issuer by its name, in place of the network.",
    },
    records: { value: "FILE", file: true, help: "Revocation records to judge by." },
    ...CONFIG_OPTIONS,
    remote: { help: "Ask the guard at JOTGATE_URL, or else the one of npm run dev in this folder." },
    ...TARGET_OPTIONS,
  },
  examples: [
    { command: 'jotgate explain --route "GET /api/orders/7" < token.txt', does: "Explains the decision step by step." },
    {
      command:
        'jotgate explain --route "GET /api/orders/7" --token-file token.txt --keys jwks.json --records records.json',
      does: "Without any network, and with revocation.",
    },
    {
      command: 'jotgate explain --remote --route "GET /api/orders/7" < token.txt',
      does: "By a guard that runs, with what is revoked there now. Takes the role viewer.",
    },
    { command: 'jotgate explain --route "DELETE /api/orders/7" --no-token --json', does: "What happens to strangers." },
  ],
  exitCodes: {
    0: "Allowed.",
    1: "Denied.",
    2: "Wrong usage, or a file that cannot be used.",
    3: "It could not be found out: keys or records cannot be had, or the configuration is wrong.",
  },
  async run(args, { terminal }) {
    const isRemote = args.has("remote") || args.has("url");
    const explanation = isRemote ? await askGuard(args, terminal) : await explainHere(args, terminal);
    if (args.has("json")) terminal.printJson({ format: 1, command: "explain", ...explanation });
    else printExplanation(explanation, terminal);
    if (!isRemote && explanation.decision.reason === "issuer_not_trusted" && isDemoRunning()) {
      terminal.warn(
        "jotgate explain: a demo guard runs in this folder and trusts its own issuer: --remote asks that guard.",
      );
    }
    return EXIT_CODES[explanation.decision.outcome];
  },
};

const MAX_KEYS_BYTES = 1024 * 1024;

const EXIT_CODES = { allow: 0, deny: 1, indeterminate: 3 } as const satisfies Record<string, ExitCode>;

async function explainHere(args: Arguments, terminal: Terminal): Promise<Explanation> {
  const misplaced = ["secret-file", "access-file"].find((option) => args.has(option));
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} is for a guard that runs: add --remote or --url.`);
  const request = readRequest(readLine(args), args.text("host") ?? "localhost");
  const now = readNow(args);
  const guard = await loadReadyGuard(args.text("config"), args.text("env"));
  const { settings } = guard;
  const headers = readHeaders(args.texts("header"), settings.forwarding.credentialSources);
  const source = readSource(args.text("token-in"));
  const text = await readToken(args);
  const token = text === undefined ? undefined : { text, source };
  if (token !== undefined) placeToken(headers, token.text, token.source);
  const keys = new LocalKeys(readKeys(args), (doing, work) => terminal.during(doing, work));
  const records = await readRecords(args, guard);
  const revocations = records ?? new LocalRecords([]);
  const { rules, forwarding } = settings;
  const deciding = { rules, identityHeaders: forwarding.identityHeaders };
  const decided = await observeDecision(toAccessRequest(request, headers), deciding, keys, revocations, now);
  const looked = {
    from: records === undefined ? "not_looked_at" : "from_file",
    lookup: revocations.observed,
  } as const;
  return explanationOf({ ...decided, request, rules, token, keys: keys.observed, revocations: looked, now });
}

function readNow(args: Arguments): number {
  const written = args.text("now");
  const now = written === undefined ? Date.now() / 1000 : parseTime(written);
  if (now === undefined) throw new UsageError("Write --now as a NumericDate in seconds, or as 2030-01-01T00:00:00Z.");
  return now;
}

function readKeys(args: Arguments): Document | undefined {
  const file = args.text("keys");
  return file === undefined ? undefined : Document.read(file, MAX_KEYS_BYTES);
}

async function readRecords(args: Arguments, { local }: ReadyGuard): Promise<LocalRecords | undefined> {
  const file = args.text("records");
  if (file === undefined) return undefined;
  return new LocalRecords(await readRecordsFile(file, process.env["REVOCATION_KEY"] ?? local.get("REVOCATION_KEY")));
}
