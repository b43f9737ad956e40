import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";
import type { Counters } from "./counters.ts";
import { type Entry, KeyValueContents } from "./key-value-contents.ts";

export interface StoreSettings {
  /** Milliseconds that every operation takes. */
  latency: number;
  /** Gives every user a cut-off record that concerns no token, so that guards have records to remember. */
  hasRecords: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Workers KV as workerd speaks to it: `GET /<key>` for one value, `POST /bulk/get` for several, `GET /?prefix=…` for a list,
 * `PUT` and `DELETE`.
 */
export function createKeyValueStore(counters: Counters, settings: StoreSettings): Server {
  const contents = new KeyValueContents();
  return createServer(async (request, response) => {
    contents.hasRecords = settings.hasRecords;
    const { status, body, headers = {} } = await answer(request, contents, counters);
    const send = () => response.writeHead(status, headers).end(body);
    if (settings.latency === 0) send();
    else setTimeout(send, settings.latency);
  });
}

async function answer(request: IncomingMessage, contents: KeyValueContents, counters: Counters): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://store");
  const key = decodeURIComponent(pathname.slice(1));
  switch (request.method) {
    case "POST":
      return readSeveral(await text(request), contents, counters);
    case "PUT":
      counters.kvWrites += 1;
      contents.put(key, { value: await text(request), metadata: readMetadata(request) });
      return { status: 200, body: "" };
    case "DELETE":
      counters.kvWrites += 1;
      contents.delete(key);
      return { status: 200, body: "" };
    default:
      return key === "" ? list(searchParams, contents, counters) : readOne(key, contents, counters);
  }
}

function readOne(key: string, contents: KeyValueContents, counters: Counters): Answer {
  counters.kvReads += 1;
  counters.kvKeys += 1;
  const entry = contents.get(key);
  return entry === undefined
    ? { status: 404, body: "Not Found" }
    : { status: 200, body: entry.value, headers: metadataHeader(entry) };
}

function readSeveral(question: string, contents: KeyValueContents, counters: Counters): Answer {
  const { keys } = JSON.parse(question) as { keys: string[] };
  counters.kvReads += 1;
  counters.kvKeys += keys.length;
  const values = Object.fromEntries(keys.map((key) => [key, contents.get(key)?.value ?? null]));
  return { status: 200, body: JSON.stringify(values) };
}

function list(question: URLSearchParams, contents: KeyValueContents, counters: Counters): Answer {
  counters.kvLists += 1;
  const limit = Number(question.get("key_count_limit") ?? 1_000);
  const page = contents.list(question.get("prefix") ?? "", question.get("cursor") ?? "", limit);
  return { status: 200, body: JSON.stringify(page) };
}

function readMetadata(request: IncomingMessage): unknown {
  const header = request.headers["cf-kv-metadata"];
  return typeof header === "string" ? JSON.parse(header) : undefined;
}

function metadataHeader({ metadata }: Entry): Readonly<Record<string, string>> {
  return metadata === undefined ? {} : { "CF-KV-Metadata": JSON.stringify(metadata) };
}
