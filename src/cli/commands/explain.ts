import type { Settings } from "../../config/settings.ts";
import type { TokenSource } from "../../model/token-source.ts";
import type { Arguments, Command, ExitCode } from "../command.ts";
import { decideLocally } from "../decide/decide-locally.ts";
import { explainDecision } from "../explain/explain-decision.ts";
import { LocalKeys } from "../explain/local-keys.ts";
import { explanationToJson, printExplanation } from "../explain/print-explanation.ts";
import { UsageError } from "../failures.ts";
import { Document } from "../files/document.ts";
import { readFileBounded, readInputBounded } from "../files/read-bounded.ts";
import { LocalRecords } from "../records/local-records.ts";
import { readRecordsFile } from "../records/read-records-file.ts";
import { parseTokenSource, placeToken } from "../request/place-token.ts";
import { parseRequestLine, toAccessRequest } from "../request/request-line.ts";
import { parseTime } from "../request/time.ts";
import { loadReadyGuard, type ReadyGuard } from "../worker/load-guard.ts";
import { CONFIG_OPTIONS } from "./config-options.ts";

export const explain: Command = {
  name: "explain",
  summary: "Explain why a request is allowed or refused.",
  description: `Decides one request with the Worker's own code and the configuration in wrangler's file, and shows each step
with what it compared. The token is read from standard input, or from a file. Nothing but the issuer's keys is
fetched; revocation is looked at only where --records says what is revoked. What a token says is marked as
unverified until its signature held, and its claims are not shown before.`,
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
  },
  examples: [
    { command: 'jotgate explain --route "GET /api/orders/7" < token.txt', does: "Explains the decision step by step." },
    {
      command:
        'jotgate explain --route "GET /api/orders/7" --token-file token.txt --keys jwks.json --records records.json',
      does: "Without any network, and with revocation.",
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
    const line = args.text("route");
    if (line === undefined) throw new UsageError('Say which request: --route "GET /api/orders/7".');
    const request = parseRequestLine(line, args.text("host") ?? "localhost");
    if (request === undefined) throw new UsageError('Write --route as method and path: --route "GET /api/orders/7".');
    const now = readNow(args);
    const guard = await loadReadyGuard(args.text("config"), args.text("env"));
    const { settings } = guard;
    const headers = readHeaders(args.texts("header"), settings);
    const source = readSource(args.text("token-in"));
    const text = await readToken(args);
    const token = text === undefined ? undefined : { text, source };
    if (token !== undefined) placeToken(headers, token.text, token.source);
    const keys = new LocalKeys(readKeys(args), (doing, work) => terminal.during(doing, work));
    const records = await readRecords(args, guard);
    const revocations = records ?? new LocalRecords([]);
    const decided = await decideLocally(toAccessRequest(request, headers), settings, keys, revocations, now);
    const observation = { ...decided, request, settings, token, keys: keys.observed, records, now };
    const steps = explainDecision(observation);
    if (args.has("json")) terminal.printJson(explanationToJson(observation, steps));
    else printExplanation(observation, steps, terminal);
    return EXIT_CODES[decided.decision.outcome];
  },
};

const EXIT_CODES = { allow: 0, deny: 1, indeterminate: 3 } as const satisfies Record<string, ExitCode>;

/** No token that a guard accepts is longer than 16 KiB; a longer one should be refused for that, and not here. */
const MAX_TOKEN_BYTES = 64 * 1024;

const MAX_KEYS_BYTES = 1024 * 1024;

async function readToken(args: Arguments): Promise<string | undefined> {
  const file = args.text("token-file");
  if (args.has("no-token")) {
    if (file !== undefined) throw new UsageError("Give either --token-file or --no-token.");
    return undefined;
  }
  if (file === undefined && process.stdin.isTTY) {
    throw new UsageError(
      "Give the token on standard input (< token.txt) or with --token-file FILE, or say --no-token.",
    );
  }
  const text =
    file === undefined
      ? await readInputBounded(process.stdin, MAX_TOKEN_BYTES)
      : readFileBounded(file, MAX_TOKEN_BYTES);
  const token = text.trim();
  if (token === "") throw new UsageError("The token is empty. Say --no-token to explain a request without one.");
  return token;
}

function readNow(args: Arguments): number {
  const written = args.text("now");
  const now = written === undefined ? Date.now() / 1000 : parseTime(written);
  if (now === undefined) throw new UsageError("Write --now as a NumericDate in seconds, or as 2030-01-01T00:00:00Z.");
  return now;
}

function readSource(written: string | undefined): TokenSource {
  const source = parseTokenSource(written ?? "authorization");
  if (source === undefined) throw new UsageError("Write --token-in as authorization, header:NAME or cookie:NAME.");
  return source;
}

/** Credentials show in process lists and shell histories, so headers that may carry any are refused. */
function readHeaders(lines: readonly string[], { forwarding }: Settings): Map<string, string> {
  const sources = forwarding.credentialSources.flatMap((source) => (source.kind === "header" ? [source.name] : []));
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === "") throw new UsageError('Write --header as "Name: value".');
    if (
      ["authorization", "proxy-authorization", "cookie", ...sources].includes(key) ||
      /\bey[\w-]+\.[\w-]+\./.test(value)
    ) {
      throw new UsageError(`--header ${key} may carry a token, and arguments are no place for one. See --token-in.`);
    }
    const present = headers.get(key);
    headers.set(key, present === undefined ? value : `${present}, ${value}`);
  }
  return headers;
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
