import { MAX_TOKEN_LENGTH } from "../model/limits.ts";
import { RECORD_KINDS } from "../model/revocation.ts";
import { COMMAND } from "./command-schema.ts";
import { MAX_BATCH } from "./operations.ts";

const string = { type: "string" };
const number = { type: "number" };
const integer = { type: "integer", minimum: 0 };
const boolean = { type: "boolean" };
const token = { ...string, maxLength: MAX_TOKEN_LENGTH };
const kind = { enum: RECORD_KINDS };
const record = ref("StoredRecord");

const textOrNull = orNull(string);
const recordOrNull = { anyOf: [record, { type: "null" }] };
const problems = listOf(ref("WrongMember"));

const listed = { name: string, kind, record, sequence: integer, invalid: boolean, pending: boolean };
const refused = object({ ok: { const: false }, problems });

/** JSON Schemas (2020-12) of what the API takes and answers. */
export const SCHEMAS = {
  Problem: object(
    {
      ...{ type: string, title: string, status: integer, code: string },
      ...{ problems, needs: string, error: string },
    },
    ["problems", "needs", "error"],
  ),
  WrongMember: object({ path: string, problem: string, remedy: string }),
  Command: COMMAND,
  Commands: object({ commands: { ...listOf(ref("Command")), minItems: 1, maxItems: MAX_BATCH } }),
  StoredRecord: object(
    {
      ...{ format: { const: 1 }, revoked: { const: true }, issuedBefore: number, minimumTokenVersion: integer },
      ...{ until: number, by: string, why: string, at: number },
    },
    ["revoked", "issuedBefore", "minimumTokenVersion", "until", "by", "why", "at"],
  ),
  Acknowledgement: object({
    ...{ sequence: integer, changed: boolean, name: string, kind, record: recordOrNull, enforcedBy: number },
  }),
  Preview: object({
    ...{ dryRun: { const: true }, changed: boolean, name: string, kind },
    ...{ before: recordOrNull, record: recordOrNull, enforcedBy: number },
  }),
  Results: object({
    results: listOf({ oneOf: [object({ ok: { const: true }, acknowledgement: ref("Acknowledgement") }), refused] }),
  }),
  ListedRecord: object(listed),
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
  HistoryEntry: object({
    ...{ number: integer, at: number, op: string, name: textOrNull, id: textOrNull, by: textOrNull, why: textOrNull },
    ...{ sequence: integer, changed: boolean, from: textOrNull, problem: textOrNull, times: integer },
  }),
  HistoryPage: object({ entries: listOf(ref("HistoryEntry")), next: orNull(integer) }),
  Status: object({
    ledger: {
      type: "object",
      required: ["state"],
      properties: { state: { enum: ["starting", "ready", "unreachable"] } },
    },
    mirror: { type: "object" },
  }),
  Question: object(
    {
      ...{ method: string, url: string, headers: { type: "object", additionalProperties: string } },
      ...{ token, tokenIn: string },
    },
    ["headers", "token", "tokenIn"],
  ),
  OwnToken: { ...object({ token, token_type_hint: string }, ["token_type_hint"]), additionalProperties: true },
};

export type SchemaName = keyof typeof SCHEMAS;

export function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

/** An object with these members and no others. @param optional those that need not be there */
function object(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

function listOf(items: object) {
  return { type: "array", items };
}

function orNull({ type, ...rest }: { readonly type: string }) {
  return { type: [type, "null"], ...rest };
}
