import type { RecordKind } from "../model/revocation.ts";
import { RECORD_KINDS } from "../model/revocation.ts";
import { misfit } from "./answers.ts";

/** Bytes of a request's body: the longest token, and texts of 512 bytes. */
const MAX_BODY = 24 * 1024;

/** Bytes of a list of commands. */
const MAX_BATCH_BODY = 512 * 1024;

/** Commands of one list. */
export const MAX_BATCH = 500;

export const MAX_PAGE = 1_000;
export const USUAL_PAGE = 100;

/** What can be asked of the API, and how. The router goes by it, and so does docs/openapi.json. */
export const OPERATIONS = {
  readStatus: { method: "GET", path: "/status" },
  listRecords: { method: "GET", path: "/records" },
  readRecord: { method: "GET", path: "/records/:name" },
  readHistory: { method: "GET", path: "/history" },
  readDescription: { method: "GET", path: "/openapi.json" },
  readState: { method: "POST", path: "/state", maxBody: MAX_BODY },
  explain: { method: "POST", path: "/explain", maxBody: MAX_BODY },
  giveCommand: { method: "POST", path: "/commands", maxBody: MAX_BODY },
  giveCommands: { method: "POST", path: "/batch", maxBody: MAX_BATCH_BODY },
} as const satisfies Readonly<Record<string, Operation>>;

/** The one that operators have no part in: whoever holds a token may end it. */
export const END_OWN_TOKEN = { method: "POST", path: "/revoke", maxBody: MAX_BODY } as const satisfies Operation;

export interface Operation {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Bytes. */
  readonly maxBody?: number;
}

export type OperationName = keyof typeof OPERATIONS;

/** The parameter `limit`, or the answer to one that does not fit. */
export function readLimit(text: string | undefined): number | Response {
  const limit = text === undefined ? USUAL_PAGE : /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= MAX_PAGE ? limit : misfit("limit", `Give a number from 1 to ${MAX_PAGE}.`);
}

/** The parameter `kind`, or the answer to one that does not fit. */
export function readKind(text: string | undefined): RecordKind | Response | undefined {
  const kind = RECORD_KINDS.find((known) => known === text);
  return text === undefined || kind !== undefined ? kind : misfit("kind", `Give one of ${RECORD_KINDS.join(", ")}.`);
}
