import { createServer, type Server } from "node:http";
import type { Counters } from "./counters.ts";

/** The issuer's JWK Set. */
export function createKeySet(counters: Counters, jwks: string): Server {
  return createServer((_request, response) => {
    counters.keySetFetches += 1;
    response.writeHead(200, { "content-type": "application/jwk-set+json" }).end(jwks);
  });
}
