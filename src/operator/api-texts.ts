import type { SchemaName } from "./api-schemas.ts";
import { ref } from "./json-schema.ts";
import type { OperationName } from "./operations.ts";

export interface OperationText {
  readonly summary: string;
  /** Those that are not in its query. */
  readonly parameters?: readonly object[];
  readonly request?: SchemaName;
  readonly response?: SchemaName | object;
}

/** What the description says of each operation besides how to reach it. */
export const OPERATION_TEXTS: Readonly<Record<OperationName | "endOwnToken", OperationText>> = {
  readStatus: { summary: "How the ledger and this guard's mirror stand.", response: "Status" },
  listRecords: {
    summary: "Records: those that count, in order of their names, where nothing else is said.",
    response: "RecordsPage",
  },
  readRecord: {
    summary: "One record by its name.",
    parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
    response: "ListedRecord",
  },
  readHistory: {
    summary: "What was done and what was refused, the latest first.",
    response: "HistoryPage",
  },
  readDescription: { summary: "This description.", response: "OpenApi" },
  readState: {
    summary: "What is on record of a token, session, user and issuer.",
    request: "Identity",
    response: "State",
  },
  explain: {
    summary: "Decides a request that was not made, and tells how.",
    request: "Question",
    response: "Explanation",
  },
  giveCommand: {
    summary: "Carries out one command, or with dryRun says what it would do.",
    request: "Command",
    response: { oneOf: [ref("Acknowledgement"), ref("Preview")] },
  },
  giveCommands: {
    summary: "Carries out a list of commands, each for itself.",
    request: "Commands",
    response: "Results",
  },
  endOwnToken: { summary: "Ends the token that is sent (RFC 7009).", request: "OwnToken" },
};
