// Origin, KV and issuer in one process of their own, so that none of their CPU counts for a contestant.
import { once } from "node:events";
import { Server as HttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { noCounts } from "./counters.ts";
import { createKeySet } from "./key-set.ts";
import { createKeyValueStore } from "./key-value-store.ts";
import type { Question, Reply } from "./messages.ts";
import { createOrigin } from "./origin.ts";
import { createTally } from "./tally.ts";

const counters = noCounts();
const settings = { latency: 0, hasRecords: false };
let lastHead = "";

const origin = createOrigin(counters, (head) => {
  lastHead = head;
});
const store = createKeyValueStore(counters, settings);
const keySet = createKeySet(counters, process.argv[2] ?? "");
const tally = createTally(counters);

const reply = (message: Reply) => process.send?.(message);

process.on("message", (question: Question) => {
  if (question.kind === "configure") Object.assign(settings, question.settings);
  reply({ kind: "state", counters, lastHead });
});
// Without the harness there is nobody to work for.
process.on("disconnect", () => process.exit());
// A Ctrl-C reaches the whole group; the harness decides when this process ends.
process.on("SIGINT", () => {});

reply({
  kind: "ready",
  ports: {
    origin: await listen(origin),
    store: await listen(store),
    keySet: await listen(keySet),
    tally: await listen(tally),
  },
});

async function listen(server: Server): Promise<number> {
  // A connection that closes just as it is used again would look like a contestant's fault.
  if (server instanceof HttpServer) server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
