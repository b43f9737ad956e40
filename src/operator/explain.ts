import { explanationOf } from "../explain/explanation.ts";
import { type Deciding, observeDecision } from "../explain/observe-decision.ts";
import { ObservingKeys } from "../explain/observed-keys.ts";
import { ObservingRevocations } from "../explain/observed-revocations.ts";
import { parseTokenSource, placeToken } from "../explain/place-token.ts";
import { parseRequestLine, toAccessRequest } from "../explain/request-target.ts";
import { isObject } from "../model/json-values.ts";
import type { KeySource } from "../model/key-source.ts";
import type { Problem } from "../model/problem.ts";
import type { RevocationReader } from "../model/revocation.ts";
import { answer, invalid } from "./answers.ts";
import type { Fields } from "./read-object.ts";

/** A guard as its requests meet it. */
export interface LiveGuard {
  /** Host that a path without one is asked of. */
  readonly host: string;
  readonly deciding: Deciding;
  readonly keys: KeySource;
  readonly revocations: RevocationReader;
  /** NumericDate. */
  readonly now: number;
}

/**
 * Decides a request that was not made, with this guard's configuration, keys and revocation state, and tells how:
 * `{"method":"GET","url":"/api/orders/7","headers":{…},"token":"…","tokenIn":"authorization"}`. Neither the question nor its
 * token is stored or logged.
 */
export async function explain(given: Fields, guard: LiveGuard): Promise<Response> {
  const problems = problemsOf(given);
  if (problems.length > 0) return invalid(...problems);
  const { method, url, headers = {}, token: text, tokenIn = "authorization" } = given as unknown as Question;
  const request = parseRequestLine(`${method} ${url}`, guard.host);
  const source = parseTokenSource(tokenIn);
  if (request === undefined) return invalid(URL_PROBLEM);
  if (source === undefined) return invalid(TOKEN_IN_PROBLEM);

  const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const token = text === undefined ? undefined : { text, source };
  if (token !== undefined) placeToken(sent, token.text, token.source);
  const { deciding, now } = guard;
  const keys = new ObservingKeys(guard.keys);
  const revocations = new ObservingRevocations(guard.revocations);
  const decided = await observeDecision(toAccessRequest(request, sent), deciding, keys, revocations, now);
  const looked = { from: "live", lookup: revocations.observed } as const;
  const { rules } = deciding;
  return answer(explanationOf({ ...decided, request, rules, token, keys: keys.observed, revocations: looked, now }));
}

interface Question {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly tokenIn?: string;
}

const isText = (value: unknown) => typeof value === "string" && value !== "";

/** What each member has to be, and what to do when it is not. */
const MEMBERS: Readonly<Record<string, readonly [(value: unknown) => boolean, string]>> = {
  method: [isText, "Give the method: GET."],
  url: [isText, "Give the path, or the whole URL: /api/orders/7."],
  headers: [
    (value) => value === undefined || (isObject(value) && Object.values(value).every((one) => typeof one === "string")),
    "Give an object with texts, or leave it out.",
  ],
  token: [(value) => value === undefined || isText(value), "Give the token, or leave it out for a request without."],
  tokenIn: [(value) => value === undefined || isText(value), "Give authorization, header:NAME or cookie:NAME."],
};

const URL_PROBLEM: Problem = {
  path: "url",
  problem: "does not fit",
  remedy: "Give a method, and a path or URL of http.",
};
const TOKEN_IN_PROBLEM: Problem = {
  path: "tokenIn",
  problem: "does not fit",
  remedy: "Give authorization, header:NAME or cookie:NAME.",
};

function problemsOf(given: Fields): readonly Problem[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(MEMBERS, name));
  const unfit = Object.entries(MEMBERS).filter(([name, [fits]]) => !fits(given[name]));
  return [
    ...unfit.map(([path, [, remedy]]) => ({ path, problem: "does not fit", remedy })),
    ...unknown.map((path) => ({ path, problem: "does not belong to this question", remedy: "Remove it." })),
  ];
}
