import * as v from "valibot";
import { RECORD_KINDS } from "../../model/revocation.ts";
import { REASON_TEXTS } from "../reason-texts.ts";
import { table } from "./table.ts";

const text = v.pipe(
  v.string("Write a string."),
  v.check((value) => value !== "", "Write a string that is not empty."),
);
const texts = v.array(text, "Write a list of strings.");
const anything = v.record(v.string(), v.unknown(), "Write a table.");
const time = v.union(
  [v.number(), text],
  'Write a NumericDate in seconds, a date such as 2030-01-01T00:00:00Z, or "now + 60".',
);

/** A token that is made for a case. What is left out is such that the guard accepts it. */
export const tokenSchema = table(
  {
    /** Name of a token under [tokens] that this one is like, except for what is said here. */
    like: v.optional(text),
    /** Issuer that it names and whose throw-away key signs it. Default: the guard's only one. */
    issuer: v.optional(text),
    /** Claims to add or change. */
    claims: v.optional(anything, {}),
    /** Claims to leave out. */
    without: v.optional(texts, []),
    /** Members of the protected header to add or change. */
    header: v.optional(anything, {}),
    /** `forged`: another key of the same kind signs it. */
    signature: v.optional(v.picklist(["good", "forged"], 'Write "good" or "forged".')),
    /** Where the client puts it. */
    in: v.optional(text),
    /** The whole text, for what is no token. */
    text: v.optional(v.string("Write a string.")),
  },
  "Write a table, or the name of one under [tokens].",
);

export const recordSchema = v.looseObject(
  {
    kind: v.picklist(RECORD_KINDS, `Write one of ${RECORD_KINDS.join(", ")}.`),
    /** Whom it concerns; default: the case's own token. */
    issuer: v.optional(text),
    id: v.optional(text),
    issuedBefore: v.optional(time),
    until: v.optional(time),
  },
  "Write a table with kind and what it says.",
);

export const caseSchema = table(
  {
    name: text,
    /** Method and path. */
    request: text,
    host: v.optional(text, "localhost"),
    headers: v.optional(v.record(v.string(), v.string("Write a string."), "Write a table of strings."), {}),
    /** Name of a token, or a table. Default: no token is sent. */
    token: v.optional(v.unknown()),
    records: v.optional(v.array(recordSchema, "Write a list of records."), []),
    /** A store of records that cannot be had. */
    store: v.optional(v.literal("unavailable", 'Write "unavailable", or leave it out.')),
    /** Keys that cannot be had. */
    keys: v.optional(v.literal("unavailable", 'Write "unavailable", or leave it out.')),
    now: v.optional(time),
    expect: v.picklist(["allow", "deny", "indeterminate"], 'Write "allow", "deny" or "indeterminate".'),
    reason: v.optional(v.picklist(Object.keys(REASON_TEXTS), "Write a reason of docs/reasons.md.")),
    status: v.optional(v.number("Write a number.")),
    /** Pattern of the route that decides. */
    route: v.optional(text),
    /** Identity headers that the origin gets. */
    identity: v.optional(v.record(v.string(), v.string("Write a string."), "Write a table of strings."), {}),
  },
  "Write a table.",
);

export const fileSchema = table(
  {
    /** Configuration to test, relative to this file. */
    config: v.optional(text),
    env: v.optional(text),
    /** Time of all cases that say no other. */
    now: v.optional(time),
    tokens: v.optional(anything, {}),
    cases: v.pipe(
      v.array(v.unknown(), "Write [[cases]]."),
      v.check((list) => list.length > 0, "Write at least one case."),
    ),
  },
  "Write [[cases]].",
);

export type PolicyToken = v.InferOutput<typeof tokenSchema>;
export type PolicyRecord = v.InferOutput<typeof recordSchema>;
export type PolicyCase = v.InferOutput<typeof caseSchema>;
