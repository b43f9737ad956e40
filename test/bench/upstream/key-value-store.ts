import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import type { Counters } from "./counters.ts";

export interface StoreSettings {
  /** Milliseconds that every read takes. */
  latency: number;
  /** Gives every user a cut-off record that concerns no token, so that guards have records to remember. */
  hasRecords: boolean;
}

const HARMLESS_RECORD = JSON.stringify({ format: 1, issuedBefore: 1 });

/** Workers KV as workerd speaks to it: `GET /<key>` for one value, `POST /bulk/get` for several. */
export function createKeyValueStore(counters: Counters, settings: StoreSettings): Server {
  const recordAt = (key: string) =>
    settings.hasRecords && key.startsWith("jotgate1:subject:") ? HARMLESS_RECORD : null;

  return createServer(async (request, response) => {
    counters.kvReads += 1;
    let answer: string | null;
    if (request.method === "POST") {
      const { keys } = JSON.parse(await text(request)) as { keys: string[] };
      counters.kvKeys += keys.length;
      answer = JSON.stringify(Object.fromEntries(keys.map((key) => [key, recordAt(key)])));
    } else {
      counters.kvKeys += 1;
      answer = recordAt(decodeURIComponent((request.url ?? "/").slice(1).replace(/\?.*/, "")));
    }
    const send = () => response.writeHead(answer === null ? 404 : 200).end(answer ?? "Not Found");
    if (settings.latency === 0) send();
    else setTimeout(send, settings.latency);
  });
}
