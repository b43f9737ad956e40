import { createServer, type Server } from "node:http";
import type { Counters } from "./counters.ts";

/** Hears of every question that the ledger gets: see `counting-ledger.js`. */
export function createTally(counters: Counters): Server {
  return createServer((_request, response) => {
    counters.ledgerQuestions += 1;
    response.writeHead(204).end();
  });
}
