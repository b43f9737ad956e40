import { isPublished } from "./citations.ts";
import { FormatError } from "./format-error.ts";
import { FUNCTIONS } from "./functions.ts";
import { isReason } from "./reasons.ts";
import { type Piece, parseTemplate } from "./template.ts";

/** One attack as its file describes it. README.md has the format. */
export interface Attack {
  /** Area and name: the file's path in the corpus, without its ending. */
  readonly title: string;
  /** The moment at which it takes place: a NumericDate in seconds. */
  readonly now: number;
  readonly cites: readonly string[];
  /** One for each request that the file sends. */
  readonly expectations: readonly Expectation[];
  /** Values that the request uses more than once, in order. */
  readonly definitions: readonly { readonly name: string; readonly value: readonly Piece[] }[];
  readonly request: readonly Piece[];
}

/** What has to come of one request. */
export interface Expectation {
  /** `runtime` means that the HTTP server answers and no Worker ever hears of the request. */
  readonly decision: "allow" | "deny" | "indeterminate" | "runtime";
  /** Of a refusal: reason, with the claim or the kind of record that it is about behind a colon. */
  readonly reason: string | undefined;
  readonly status: number;
  /** Of an allow: who the origin is told calls, in the spelling that it gets; undefined for nobody. */
  readonly caller: string | undefined;
  readonly demands: readonly Demand[];
}

/** What must be true of the answer or of the request that the origin got. */
export interface Demand {
  readonly kind: (typeof DEMANDS)[number];
  readonly value: string;
}

const DEMANDS = ["origin-gets", "origin-has", "origin-lacks", "answer-has", "answer-lacks"] as const;

/**
 * Reads one file of the corpus.
 *
 * @param file its path in the corpus, for messages
 * @throws FormatError with file and line for anything that README.md does not describe
 */
export function parseAttack(file: string, content: string): Attack {
  const path = /^([a-z0-9-]+\/[a-z0-9-]+)\.txt$/.exec(file);
  if (path?.[1] === undefined) throw new FormatError(file, 1, "the path is not <area>/<name>.txt");
  const lines = content.split("\n");
  const separator = lines.indexOf("---");
  if (separator < 0) throw new FormatError(file, lines.length, "there is no line --- before the request");
  const head = new Head(file);
  lines.slice(0, separator).forEach((line, index) => {
    head.read(line, index + 1);
  });
  const described = head.finish(separator + 1);
  const defined = described.definitions.map(({ name }) => name);
  return { title: path[1], ...described, request: readRequests(file, lines, separator + 1, defined) };
}

/** The part of a file above the request, read line by line. */
class Head {
  readonly #file: string;
  readonly #expectations: { -readonly [member in keyof Expectation]: Expectation[member] }[] = [];
  readonly #definitions: { name: string; value: readonly Piece[] }[] = [];
  #comment = "";
  #now: number | undefined;
  #cites: readonly string[] | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  read(line: string, at: number): void {
    if (line.startsWith("# ")) {
      this.#comment += line.slice(1);
      return;
    }
    const [, name = "", value = ""] =
      /^([a-z-]+): (\S.*)$/.exec(line) ?? this.#fail(at, "is neither comment nor field");
    switch (name) {
      case "expect":
        this.#expectations.push(this.#readExpectation(value, at));
        return;
      case "now":
        if (this.#now !== undefined) this.#fail(at, "now stands twice");
        this.#now = this.#readTime(value, at);
        return;
      case "cites":
        if (this.#cites !== undefined) this.#fail(at, "cites stands twice");
        this.#cites = value.split("; ");
        for (const cited of this.#cites) if (!isPublished(cited)) this.#fail(at, `cites nothing we know: ${cited}`);
        return;
      case "let":
        this.#define(value, at);
        return;
      default:
        this.#demand(name, value, at);
    }
  }

  finish(at: number): Pick<Attack, "now" | "cites" | "expectations" | "definitions"> {
    if (!/\w.*[.?!]$/.test(this.#comment)) this.#fail(at, "there is no comment of whole sentences");
    if (this.#now === undefined) return this.#fail(at, "now is missing");
    if (this.#cites === undefined) return this.#fail(at, "cites is missing");
    if (this.#expectations.length === 0) this.#fail(at, "expect is missing");
    return {
      now: this.#now,
      cites: this.#cites,
      expectations: this.#expectations,
      definitions: this.#definitions,
    };
  }

  #readExpectation(value: string, at: number): Expectation {
    const allowed = /^allow (\d{3}) as (\S+)$/.exec(value);
    if (allowed !== null) {
      const caller = allowed[2] === "nobody" ? undefined : allowed[2];
      return { decision: "allow", reason: undefined, status: Number(allowed[1]), caller, demands: [] };
    }
    const runtime = /^runtime (\d{3})$/.exec(value);
    if (runtime !== null) {
      return { decision: "runtime", reason: undefined, status: Number(runtime[1]), caller: undefined, demands: [] };
    }
    const refused = /^(deny|indeterminate) (\S+) (\d{3})$/.exec(value);
    if (refused === null) return this.#fail(at, "expects neither allow, deny, indeterminate nor runtime");
    const reason = refused[2] ?? "";
    if (!isReason(reason)) this.#fail(at, `has an unknown reason: ${reason}`);
    const decision = refused[1] === "deny" ? "deny" : "indeterminate";
    return { decision, reason, status: Number(refused[3]), caller: undefined, demands: [] };
  }

  #readTime(value: string, at: number): number {
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? this.#fail(at, "is no time in UTC") : time / 1000;
  }

  #define(value: string, at: number): void {
    const [, name = "", text = ""] = /^([a-z][a-z0-9-]*) = (\S.*)$/.exec(value) ?? this.#fail(at, "is no name = value");
    const known = this.#definitions.map((definition) => definition.name);
    if (known.includes(name) || FUNCTIONS.has(name)) this.#fail(at, `${name} is defined already`);
    this.#definitions.push({ name, value: parseTemplate(this.#file, at, text, known) });
  }

  #demand(name: string, value: string, at: number): void {
    const kind = DEMANDS.find((demand) => demand === name) ?? this.#fail(at, `has an unknown field: ${name}`);
    const expectation = this.#expectations.at(-1) ?? this.#fail(at, `${kind} stands before any expect`);
    const fits = kind === "origin-gets" ? /^[A-Z]+ \S+$/ : kind.endsWith("-has") ? /^[^\s:]+: \S.*$/ : /^[^\s:]+$/;
    if (!fits.test(value)) this.#fail(at, `${kind} has another form`);
    if (kind.startsWith("origin") && expectation.decision !== "allow") this.#fail(at, "nothing reaches the origin");
    expectation.demands = [...expectation.demands, { kind, value }];
  }

  #fail(at: number, problem: string): never {
    throw new FormatError(this.#file, at, problem);
  }
}

/** What goes over the connection: one request, or several with a line `---` between them. */
function readRequests(
  file: string,
  lines: readonly string[],
  from: number,
  defined: readonly string[],
): readonly Piece[] {
  const end = lines.indexOf("---", from);
  if (end < 0) return readRequest(file, lines, from, defined);
  return [
    ...readRequest(file, [...lines.slice(0, end), ""], from, defined),
    ...readRequests(file, lines, end + 1, defined),
  ];
}

/** Line ends become CRLF, apart from the last one of a body. */
function readRequest(
  file: string,
  lines: readonly string[],
  from: number,
  defined: readonly string[],
): readonly Piece[] {
  const request = lines.slice(from);
  if (request.at(-1) !== "") throw new FormatError(file, lines.length, "the last line has no end");
  const end = request.indexOf("");
  if (end === request.length - 1) throw new FormatError(file, lines.length, "no empty line ends the request's head");
  const body = request.slice(end + 1, -1).join("\r\n");
  return parseTemplate(file, from + 1, `${request.slice(0, end).join("\r\n")}\r\n\r\n${body}`, defined);
}
