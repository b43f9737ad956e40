/** Bytes of a request's body: the longest token, and texts of 512 bytes. */
const MAX_BODY = 24 * 1024;

/** Bytes of a list of commands. */
const MAX_BATCH_BODY = 512 * 1024;

/** Commands of one list. */
export const MAX_BATCH = 500;

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

/** Value of the header `Allow` where there is this operation. Whoever may GET may HEAD. */
export function allowed({ method }: Operation): string {
  return method === "GET" ? "GET, HEAD" : method;
}
