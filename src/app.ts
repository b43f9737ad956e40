import type { AssertionSigner } from "./gateway/assertion.ts";
import { type GatewayParts, handleRequest } from "./gateway/gateway.ts";
import { type RequestFacts, respond } from "./gateway/respond.ts";
import { readCanonicalPath } from "./model/canonical-path.ts";
import { writeDefect } from "./telemetry/write-record.ts";

/** One configured guard, answering requests. Never rejects. */
export type App = (request: Request, lifetime: ExecutionContext) => Promise<Response>;

/** Reserved paths are Jotgate's own; everything else is decided. */
export function createApp(parts: GatewayParts, signer: AssertionSigner | undefined): App {
  return answerAll(parts.realm, (request, facts, lifetime) =>
    isReserved(facts.url.pathname)
      ? (ownPage(facts, signer) ?? respond({ reason: "no_matching_route" }, parts.realm, facts))
      : handleRequest(request, facts, lifetime, parts),
  );
}

/** Stands in when the configuration is wrong: nothing gets through, nothing half-works. */
export function createUnconfiguredApp(): App {
  return answerAll("jotgate", (_request, facts) => respond({ reason: "configuration_invalid" }, "jotgate", facts));
}

/** Stands in for one request when a defect got in the way of reading the configuration. */
export function createBrokenApp(defect: unknown): App {
  return answerAll("jotgate", () => {
    throw defect;
  });
}

/**
 * True for paths that Jotgate answers itself, in every spelling an origin could take for them; they are never forwarded.
 * Paths that can be read in several ways are not its own; they are refused like any other.
 */
function isReserved(pathname: string): boolean {
  const first = readCanonicalPath(pathname)?.segments[0] ?? "";
  return /^_jotgate[. ]*$/i.test(first);
}

type Answering = (request: Request, facts: RequestFacts, lifetime: ExecutionContext) => Response | Promise<Response>;

/** The boundary behind which a defect becomes an empty 500 and is never forwarded. */
function answerAll(realm: string, answering: Answering): App {
  return async (request, lifetime) => {
    const facts = { method: request.method, url: new URL(request.url), requestId: crypto.randomUUID() };
    try {
      return await answering(request, facts, lifetime);
    } catch (error) {
      writeDefect(error, facts.requestId);
      return respond({ reason: "internal_error" }, realm, facts);
    }
  };
}

/** Health, and the key that verifies assertions; anything else is not found. */
function ownPage({ method, url }: RequestFacts, signer: AssertionSigner | undefined): Response | undefined {
  const page = method === "GET" || method === "HEAD" ? url.pathname : "";
  const body = (content: unknown) => (method === "HEAD" ? null : JSON.stringify(content));
  if (page === "/_jotgate/health") {
    return new Response(body({ status: "ok" }), { headers: { ...JSON_TYPE, "cache-control": "no-store" } });
  }
  if (page === "/_jotgate/jwks.json" && signer !== undefined) {
    return new Response(body(signer.jwks), { headers: { ...JSON_TYPE, "cache-control": "public, max-age=300" } });
  }
  return undefined;
}

const JSON_TYPE = { "content-type": "application/json" };
