import { COMMAND_NAMES } from "../model/command-grammar.ts";
import { RECORD_STATES } from "../model/ledger-desk.ts";
import { MAX_TOKEN_LENGTH } from "../model/limits.ts";
import { CREDENTIALS } from "../model/operator.ts";
import { RECORD_KINDS } from "../model/revocation.ts";
import { COMMAND } from "./command-schema.ts";
import {
  anyOrNull,
  boolean,
  integer,
  listOf,
  mapOf,
  number,
  object,
  orNull,
  ref,
  string,
  textOrNull,
} from "./json-schema.ts";
import { MAX_BATCH } from "./operations.ts";
import { PROBLEMS } from "./problem.ts";
import { DESCRIPTION, EXPLANATION, STATUS } from "./report-schemas.ts";

const token = { ...string, maxLength: MAX_TOKEN_LENGTH };
const kind = { enum: RECORD_KINDS };
const record = ref("StoredRecord");
const recordOrNull = anyOrNull(record);
const problems = listOf(ref("WrongMember"));
const asked = { until: number, expiresAt: number, issuedBefore: number, minimumTokenVersion: integer };

/** What the history has besides commands. */
const EVENTS = ["unknown", "request", "authenticate", "adopt", "unreadable", "readable", "rebuild"];

/** JSON Schemas (2020-12) of what the API takes and answers. */
export const SCHEMAS = {
  Problem: object(
    {
      ...{ type: string, title: string, status: { enum: [...new Set(Object.values(PROBLEMS))] } },
      ...{ code: { enum: Object.keys(PROBLEMS) }, problems, needs: string, error: string },
    },
    ["problems", "needs", "error"],
  ),
  WrongMember: object({ path: string, problem: string, remedy: string }),
  Command: COMMAND,
  Commands: object({ commands: { ...listOf(ref("Command")), minItems: 1, maxItems: MAX_BATCH }, dryRun: boolean }, [
    "dryRun",
  ]),
  StoredRecord: object(
    {
      ...{ format: { const: 1 }, revoked: { const: true }, issuedBefore: number, minimumTokenVersion: integer },
      ...{ until: number, by: string, why: string, at: number },
    },
    ["revoked", "issuedBefore", "minimumTokenVersion", "until", "by", "why", "at"],
  ),
  Acknowledgement: object(
    {
      ...{ sequence: integer, changed: boolean, name: string, kind },
      ...{ before: recordOrNull, record: recordOrNull, enforcedBy: number },
    },
    // Commands that an earlier release carried out are answered as it answered them.
    ["before"],
  ),
  Preview: object({
    ...{ dryRun: { const: true }, changed: boolean, name: string, kind },
    ...{ before: recordOrNull, record: recordOrNull, enforcedBy: number },
  }),
  Results: object({
    results: listOf({
      oneOf: [
        object({ ok: { const: true }, acknowledgement: ref("Acknowledgement") }),
        object({ ok: { const: true }, preview: ref("Preview") }),
        object({ ok: { const: false }, problems }),
      ],
    }),
  }),
  ListedRecord: object(
    {
      ...{ name: string, kind, record, sequence: integer, changedAt: orNull(number), state: { enum: RECORD_STATES } },
      ...{ invalid: boolean, pending: boolean },
      lift: object({ by: string, why: string, at: number }, ["by", "why", "at"]),
    },
    ["lift"],
  ),
  RecordsPage: object({ records: listOf(ref("ListedRecord")), next: textOrNull }),
  Identity: {
    oneOf: [
      object({ issuer: string, tokenId: string, sessionId: string, subject: string }, [
        "tokenId",
        "sessionId",
        "subject",
      ]),
      object({ token }),
    ],
  },
  State: object({
    records: listOf({ oneOf: [ref("ListedRecord"), object({ name: string, kind, record: { type: "null" } })] }),
  }),
  HistoryEntry: object(
    {
      ...{ number: integer, at: number, lastAt: number, op: { enum: [...COMMAND_NAMES, ...EVENTS] } },
      ...{ name: textOrNull, kind: { enum: [...RECORD_KINDS, null] }, id: textOrNull },
      ...{ by: textOrNull, via: { enum: [...CREDENTIALS, null] }, why: textOrNull },
      ...{ asked: orNull(object(asked, Object.keys(asked))), before: recordOrNull, after: recordOrNull },
      ...{ sequence: integer, changed: boolean, from: textOrNull, problem: textOrNull, times: integer },
    },
    ["before", "after"],
  ),
  HistoryPage: object({ entries: listOf(ref("HistoryEntry")), next: orNull(integer) }),
  Status: STATUS,
  Question: object(
    {
      ...{ method: string, url: string, headers: mapOf(string) },
      ...{ token, tokenIn: string },
    },
    ["headers", "token", "tokenIn"],
  ),
  Explanation: EXPLANATION,
  OpenApi: DESCRIPTION,
  OwnToken: { ...object({ token, token_type_hint: string }, ["token_type_hint"]), additionalProperties: true },
};

export type SchemaName = keyof typeof SCHEMAS;
