import type { AssertionSigner } from "./gateway/assertion.ts";
import { type GatewayParts, handleRequest } from "./gateway/gateway.ts";
import { type RequestFacts, readFacts } from "./gateway/request-facts.ts";
import { REQUEST_ID_HEADER, respond } from "./gateway/respond.ts";
import { RESERVED_SEGMENT } from "./model/reserved-path.ts";
import { writeDefect } from "./telemetry/write-record.ts";

/** One configured guard, answering requests. Never rejects. */
export type App = (request: Request, lifetime: ExecutionContext) => Promise<Response>;

/** Answers operators. @param requestId stands in the log beside a defect */
export type OperatorApi = (request: Request, lifetime: ExecutionContext, requestId: string) => Promise<Response>;

/**
 * Jotgate's own pages answer for themselves; everything else is decided.
 *
 * @param signer undefined when the origin gets no assertions
 * @param operatorApi undefined when there is none
 */
export function createApp(
  parts: GatewayParts,
  signer: AssertionSigner | undefined,
  operatorApi: OperatorApi | undefined,
): App {
  return answerAll(parts.realm, (request, facts, lifetime) => {
    if (operatorApi !== undefined && facts.path.startsWith(OPERATOR_API)) {
      return withRequestId(operatorApi(request, lifetime, facts.requestId), facts);
    }
    return ownPage(facts, signer) ?? handleRequest(request, facts, lifetime, parts);
  });
}

const OPERATOR_API = `/${RESERVED_SEGMENT}/v1/`;

async function withRequestId(answering: Promise<Response>, { requestId }: RequestFacts): Promise<Response> {
  const response = await answering;
  response.headers.set(REQUEST_ID_HEADER, requestId);
  return response;
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

type Answering = (request: Request, facts: RequestFacts, lifetime: ExecutionContext) => Response | Promise<Response>;

/** The boundary behind which a defect becomes an empty 500 and is never forwarded. */
function answerAll(realm: string, answering: Answering): App {
  return async (request, lifetime) => {
    const facts = readFacts(request);
    try {
      return await answering(request, facts, lifetime);
    } catch (error) {
      writeDefect(error, facts.requestId);
      return respond({ reason: "internal_error" }, realm, facts);
    }
  };
}

/** Health, and the key that verifies assertions. Nothing else beneath the reserved segment is ever answered or forwarded. */
function ownPage({ method, path, requestId }: RequestFacts, signer: AssertionSigner | undefined): Response | undefined {
  if (method !== "GET" && method !== "HEAD") return undefined;
  const answer = (content: unknown, caching: string) =>
    new Response(method === "HEAD" ? null : `${JSON.stringify(content)}\n`, {
      headers: { "content-type": "application/json", "cache-control": caching, [REQUEST_ID_HEADER]: requestId },
    });
  switch (path) {
    case `/${RESERVED_SEGMENT}/health`:
      return answer({ status: "ok" }, "no-store");
    case `/${RESERVED_SEGMENT}/jwks.json`:
      return signer && answer(signer.jwks, "public, max-age=300");
    default:
      return undefined;
  }
}
