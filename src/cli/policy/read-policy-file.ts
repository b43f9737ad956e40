import { dirname, relative, resolve } from "node:path";
import { parseTokenSource } from "../../explain/place-token.ts";
import { plain } from "../../explain/printable.ts";
import { parseRequestLine } from "../../explain/request-target.ts";
import { Document } from "../files/document.ts";
import { FileError, type Location } from "../files/file-error.ts";
import { readFields } from "../records/local-records.ts";
import {
  caseSchema,
  fileSchema,
  type PolicyCase,
  type PolicyRecord,
  type PolicyToken,
  tokenSchema,
} from "./policy-schema.ts";
import { DEFAULT_NOW, resolveTime } from "./policy-time.ts";
import { ProblemList } from "./problem-list.ts";

/** One case, ready to be run: every name resolved, every time a NumericDate. */
export interface ReadyCase extends Omit<PolicyCase, "token" | "now"> {
  readonly token: PolicyToken | undefined;
  readonly now: number;
  readonly location: Location;
}

export interface PolicyFile {
  readonly file: string;
  /** Undefined where the file does not say which configuration it is about. */
  readonly config: string | undefined;
  readonly env: string | undefined;
  readonly cases: readonly ReadyCase[];
}

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads a file of policy tests.
 *
 * @throws FileError with every problem and its line
 */
export function readPolicyFile(file: string): PolicyFile {
  const document = Document.read(file, MAX_BYTES);
  const list = new ProblemList((setting) => setting);
  const content = list.decode(fileSchema, document.value, []);
  const cases = content === undefined ? [] : readCases(content, document, list);
  if (content === undefined || list.problems.length > 0) throw describe(document, list);
  const { config, env } = content;
  return { file, env, cases, config: config === undefined ? undefined : relative("", resolve(dirname(file), config)) };
}

function readCases(
  content: { tokens: Record<string, unknown>; now?: number | string | undefined; cases: readonly unknown[] },
  document: Document,
  list: ProblemList,
): readonly ReadyCase[] {
  const tokens = new Map<string, PolicyToken>();
  for (const [name, value] of Object.entries(content.tokens)) {
    const token = list.decode(tokenSchema, value, ["tokens", name]);
    if (token !== undefined) tokens.set(name, resolveLike(token, tokens, ["tokens", name], list));
  }
  const fileNow = content.now === undefined ? DEFAULT_NOW : readTime(content.now, DEFAULT_NOW, ["now"], list);
  const names = new Set<string>();
  return content.cases.flatMap((value, index) => {
    const at = ["cases", index] as const;
    const policyCase = list.decode(caseSchema, value, at);
    if (policyCase === undefined) return [];
    if (names.has(policyCase.name)) list.add([...at, "name"], "appears twice", "Give each case a name of its own.");
    names.add(policyCase.name);
    const now = policyCase.now === undefined ? fileNow : readTime(policyCase.now, fileNow, [...at, "now"], list);
    const token = readToken(policyCase.token, tokens, [...at, "token"], list);
    const records = policyCase.records.map((record, at) =>
      readRecord(record, now, ["cases", index, "records", at], list),
    );
    checkCase(policyCase, Object.hasOwn(Object(value), "reason"), token, at, list);
    return [{ ...policyCase, records, now, token, location: document.locate(at) }];
  });
}

type At = readonly (string | number)[];

function readToken(value: unknown, tokens: ReadonlyMap<string, PolicyToken>, at: At, list: ProblemList) {
  if (value === undefined) return undefined;
  if (typeof value !== "string") {
    const token = list.decode(tokenSchema, value, at);
    return token && resolveLike(token, tokens, at, list);
  }
  const named = tokens.get(value);
  if (named === undefined) list.add(at, "names no token", "Add it under [tokens], or write a table.");
  return named;
}

function resolveLike(
  token: PolicyToken,
  tokens: ReadonlyMap<string, PolicyToken>,
  at: At,
  list: ProblemList,
): PolicyToken {
  if (token.in !== undefined && parseTokenSource(token.in) === undefined) {
    list.add([...at, "in"], "is no place for a token", 'Write "authorization", "header:NAME" or "cookie:NAME".');
  }
  if (token.like === undefined) return token;
  const base = tokens.get(token.like);
  if (base === undefined) {
    list.add([...at, "like"], "names no token", "Name one that stands above under [tokens].");
    return token;
  }
  const said = Object.fromEntries(Object.entries(token).filter(([, value]) => value !== undefined));
  return {
    ...base,
    ...said,
    claims: { ...base.claims, ...token.claims },
    without: [...base.without.filter((name) => !Object.hasOwn(token.claims, name)), ...token.without],
    header: { ...base.header, ...token.header },
  };
}

function readRecord(record: PolicyRecord, now: number, at: At, list: ProblemList): PolicyRecord {
  const times = Object.fromEntries(
    (["issuedBefore", "until"] as const).flatMap((field) => {
      const value = record[field];
      return value === undefined ? [] : [[field, readTime(value, now, [...at, field], list)]];
    }),
  );
  const { kind, issuer, id, ...fields } = { ...record, ...times };
  if (readFields(kind, fields) === "invalid") {
    const remedy = "Compare it with docs/revocation-records.md: which fields a kind has to have and may not have.";
    list.add(at, "is no record that the guard could read", remedy);
  }
  return { ...record, ...times };
}

function readTime(value: number | string, now: number, at: At, list: ProblemList): number {
  const time = resolveTime(value, now);
  if (time !== undefined) return time;
  list.add(at, "is no time", 'Write a NumericDate in seconds, 2030-01-01T00:00:00Z, or "now + 60".');
  return now;
}

/** @param hasReason whether one is written there, be it a wrong one */
function checkCase(
  policyCase: PolicyCase,
  hasReason: boolean,
  token: PolicyToken | undefined,
  at: At,
  list: ProblemList,
): void {
  const { request, host, expect, reason, records } = policyCase;
  if (parseRequestLine(request, host) === undefined) {
    list.add([...at, "request"], "is no request", 'Write method and path: "GET /api/orders/7".');
  }
  if (expect === "allow" && reason !== undefined) {
    list.add([...at, "reason"], "does not go with allow", "Remove it: what is allowed has no reason.");
  }
  if (expect !== "allow" && !hasReason) {
    list.add(
      at,
      "has no reason",
      "Say why it is refused: a case may be refused for another reason than the one it is about.",
    );
  }
  if (records.length > 0 && token === undefined) {
    list.add([...at, "records"], "concern nobody", "Give the case a token: without one no record is looked at.");
  }
}

function describe(document: Document, { problems }: ProblemList): FileError {
  const [first, ...more] = problems.map(({ path, problem, remedy }) => {
    const { file, line, column } = document.locateWritten([], path);
    return { at: { file, line, column }, text: plain(`${path} ${problem}. ${remedy}`) };
  });
  const others = more.map(({ at, text }) => `\n${at.file}:${at.line}:${at.column}: ${text}`).join("");
  return new FileError(first?.at ?? document.locate([]), `${first?.text ?? "cannot be used."}${others}`);
}
