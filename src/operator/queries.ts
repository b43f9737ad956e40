import { MEMBERS, RECORD_NAME } from "../model/command-grammar.ts";
import { OUTCOMES, RECORD_ORDERS, RECORD_STATES } from "../model/ledger-desk.ts";
import { CREDENTIALS } from "../model/operator.ts";
import type { Problem } from "../model/problem.ts";
import { RECORD_KINDS } from "../model/revocation.ts";
import { invalid } from "./answers.ts";
import type { OperationName } from "./operations.ts";

/** A parameter of a query: how its text is read, what to do when it does not fit, and how it is described. */
interface Parameter {
  /** Undefined for text that does not fit. */
  readonly read: (text: string) => string | number | undefined;
  readonly remedy: string;
  readonly schema: object;
}

const MAX_PAGE = 1_000;
const USUAL_PAGE = 100;

const TEXT: Parameter = {
  read: (text) => (MEMBERS.subject.fits(text) ? text : undefined),
  remedy: MEMBERS.subject.remedy,
  schema: MEMBERS.subject.schema,
};

const TIME: Parameter = {
  read: (text) =>
    /^\d{1,12}(?:\.\d{1,6})?$/.test(text) && MEMBERS.until.fits(Number(text)) ? Number(text) : undefined,
  remedy: MEMBERS.until.remedy,
  schema: MEMBERS.until.schema,
};

const NUMBER: Parameter = {
  read: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  remedy: "Give what the page before named as its next.",
  schema: { type: "integer", minimum: 0 },
};

const LIMIT: Parameter = {
  read: (text) => (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PAGE ? Number(text) : undefined),
  remedy: `Give a number from 1 to ${MAX_PAGE}.`,
  schema: { type: "integer", minimum: 1, maximum: MAX_PAGE, default: USUAL_PAGE },
};

const NAME: Parameter = {
  read: (text) => (RECORD_NAME.test(text) ? text : undefined),
  remedy: MEMBERS.name.remedy,
  schema: MEMBERS.name.schema,
};

const KIND = oneOf(RECORD_KINDS);

/** What each operation takes in its query. Those that are not here take nothing. */
export const QUERIES: { readonly [name in OperationName]?: Readonly<Record<string, Parameter>> } = {
  listRecords: {
    ...{ kind: KIND, issuer: TEXT, tokenId: TEXT, sessionId: TEXT, subject: TEXT, by: TEXT },
    ...{ state: oneOf(RECORD_STATES, "live"), untilBefore: TIME, untilAfter: TIME, changedSince: TIME },
    order: oneOf(RECORD_ORDERS, "name"),
    // A name, or the number of a change: it goes with the order.
    after: {
      read: (text) => (RECORD_NAME.test(text) || /^\d{1,15}$/.test(text) ? text : undefined),
      remedy: NUMBER.remedy,
      schema: { type: "string" },
    },
    limit: LIMIT,
  },
  readHistory: {
    ...{ by: TEXT, via: oneOf(CREDENTIALS), outcome: oneOf(OUTCOMES), op: TEXT, kind: KIND, name: NAME },
    ...{ since: TIME, until: TIME, before: NUMBER, limit: { ...LIMIT } },
  },
};

/** What a request asks for, with its usual limit, or the answer to everything that is wrong with it. */
export function readQuery(name: OperationName, { searchParams }: URL): Readonly<Record<string, never>> | Response {
  const parameters = QUERIES[name] ?? {};
  const values: Record<string, string | number> = "limit" in parameters ? { limit: USUAL_PAGE } : {};
  const problems: Problem[] = [];
  for (const path of new Set(searchParams.keys())) {
    const [text = "", second] = searchParams.getAll(path);
    const parameter = Object.hasOwn(parameters, path) ? parameters[path] : undefined;
    const value = parameter?.read(text);
    if (parameter === undefined) {
      problems.push({ path, problem: "does not belong to this request", remedy: "Remove it, or correct its name." });
    } else if (second !== undefined) problems.push({ path, problem: "is there twice", remedy: "Give it once." });
    else if (value === undefined) problems.push({ path, problem: "does not fit", remedy: parameter.remedy });
    else values[path] = value;
  }
  const { after, order = "name" } = values;
  if (after !== undefined && (order === "name") !== RECORD_NAME.test(String(after))) {
    problems.push({ path: "after", problem: "does not go with the order", remedy: NUMBER.remedy });
  }
  return problems.length > 0 ? invalid(...problems) : (values as Record<string, never>);
}

function oneOf(values: readonly string[], usual?: string): Parameter {
  return {
    read: (text) => values.find((value) => value === text),
    remedy: `Give one of ${values.join(", ")}.`,
    schema: { enum: values, ...(usual !== undefined && { default: usual }) },
  };
}
