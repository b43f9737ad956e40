import { RECORD_KINDS } from "../model/revocation.ts";
import type { SchemaName } from "./api-schemas.ts";
import { MAX_PAGE, type OperationName, USUAL_PAGE } from "./operations.ts";

export interface OperationText {
  readonly summary: string;
  readonly parameters?: readonly object[];
  readonly request?: SchemaName;
  readonly response?: SchemaName | object;
  /** Statuses besides those that anything can be answered with. */
  readonly problems: readonly number[];
}

function query(name: string, schema: object): object {
  return { name, in: "query", schema };
}

const limit = query("limit", { type: "integer", minimum: 1, maximum: MAX_PAGE, default: USUAL_PAGE });

/** What the description says of each operation besides how to reach it. */
export const OPERATION_TEXTS: Readonly<Record<OperationName | "endOwnToken", OperationText>> = {
  readStatus: { summary: "How the ledger and this guard's mirror stand.", response: "Status", problems: [] },
  listRecords: {
    summary: "Live records in order of their names.",
    parameters: [query("kind", { enum: RECORD_KINDS }), query("after", { type: "string" }), limit],
    response: "RecordsPage",
    problems: [400],
  },
  readRecord: {
    summary: "One record by its name.",
    parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
    response: "ListedRecord",
    problems: [],
  },
  readHistory: {
    summary: "What was done and what was refused, the latest first.",
    parameters: [query("before", { type: "integer", minimum: 0 }), limit],
    response: "HistoryPage",
    problems: [400],
  },
  readDescription: { summary: "This description.", response: { type: "object" }, problems: [] },
  readState: {
    summary: "What is on record of a token, session, user and issuer.",
    request: "Identity",
    response: "State",
    problems: [],
  },
  explain: {
    summary: "Decides a request that was not made, and tells how.",
    request: "Question",
    response: { type: "object" },
    problems: [],
  },
  giveCommand: {
    summary: "Carries out one command, or with dryRun says what it would do.",
    request: "Command",
    response: { oneOf: ["Acknowledgement", "Preview"].map((name) => ({ $ref: `#/components/schemas/${name}` })) },
    problems: [],
  },
  giveCommands: {
    summary: "Carries out a list of commands, each for itself.",
    request: "Commands",
    response: "Results",
    problems: [],
  },
  endOwnToken: { summary: "Ends the token that is sent (RFC 7009).", request: "OwnToken", problems: [] },
};
