import { STEPS } from "../explain/step.ts";
import { boolean, integer, listOf, mapOf, number, object, orNull, string, textOrNull } from "./json-schema.ts";

const age = { type: "number", minimum: 0 };

/** How the ledger stands. Ages are in seconds. */
const LEDGER = object({
  ...{ ledger: string, state: { enum: ["starting", "ready"] }, sequence: integer, records: integer, invalid: integer },
  backlog: object({ records: integer, oldest: orNull(age) }),
  lastError: orNull(object({ message: string, age })),
  scan: object({ age: orNull(age), running: boolean, keys: integer }),
});

/** How the mirror of the isolate that answers stands. Its age is in milliseconds. */
const MIRROR = object(
  {
    ...{ ledger: string, through: integer, records: integer, bytes: integer, age },
    state: { enum: ["empty", "loading", "following", "overflow"] },
  },
  ["ledger", "age"],
);

export const STATUS = object({
  ledger: { oneOf: [LEDGER, object({ state: { const: "unreachable" } })] },
  mirror: MIRROR,
});

export const EXPLANATION = object({
  request: object({ method: string, scheme: { enum: ["http", "https"] }, host: string, path: string }),
  now: number,
  decision: object(
    {
      ...{ outcome: { enum: ["allow", "deny", "indeterminate"] }, as: string, reason: textOrNull },
      ...{ claim: string, by: string, required: listOf(string), redirect: boolean },
    },
    ["as", "claim", "by", "required", "redirect"],
  ),
  route: orNull(object({ index: integer, path: string, name: string })),
  revocation: { const: "live" },
  client: orNull(
    object(
      {
        ...{ status: integer, code: string, retryAfter: integer, toHttps: { const: true } },
        challenge: object({ error: string, scope: string }, ["error", "scope"]),
      },
      ["challenge", "retryAfter", "toHttps"],
    ),
  ),
  steps: listOf(
    object({
      ...{ step: { enum: STEPS }, verdict: { enum: ["passed", "refused", "unchecked"] }, verified: boolean },
      facts: listOf(object({ what: string, found: string, wanted: string }, ["wanted"])),
    }),
  ),
});

/** As far as this description describes itself: what stands in it is any OpenAPI. */
export const DESCRIPTION = object({
  openapi: { const: "3.1.1" },
  info: object({ title: string, version: string }),
  servers: listOf(object({ url: string })),
  security: listOf(mapOf(listOf(string))),
  paths: mapOf(mapOf({ type: "object" })),
  components: object({ schemas: mapOf({ type: "object" }), securitySchemes: mapOf({ type: "object" }) }),
});
