import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Hono } from "hono/tiny";
import { isLoopback } from "../model/loopback.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import { enter, noteAnswer } from "./entrance.ts";
import { HANDLERS } from "./handlers.ts";
import { allowed, END_OWN_TOKEN, OPERATIONS, type Operation, type OperationName } from "./operations.ts";
import type { OperatorApiParts, OperatorEnv } from "./parts.ts";
import { comeAgain, problem } from "./problem.ts";
import { readQuery } from "./queries.ts";
import { LedgerUnreachable } from "./reach.ts";
import { endOwnToken } from "./self-revocation.ts";

/**
 * The operator API, `/_jotgate/v1`: commands to the ledger, and what it knows. docs/operator-api.md describes it. Answers are
 * never stored, errors are problem documents (RFC 9457).
 */
export async function answerOperator(request: Request, parts: OperatorApiParts): Promise<Response> {
  return api.fetch(request, parts);
}

const api = new Hono<OperatorEnv>().basePath(`/${RESERVED_SEGMENT}/v1`);

api.use(async ({ env: { url } }, next) =>
  url.protocol === "https:" || isLoopback(url.hostname) ? next() : problem("https_required"),
);

api.all(END_OWN_TOKEN.path, limitBody(END_OWN_TOKEN), async ({ env, req }) => {
  if (!env.operators.selfRevocation) return problem("not_found");
  return req.method === END_OWN_TOKEN.method ? endOwnToken(req.raw, env) : notAllowed(END_OWN_TOKEN);
});

api.use(async (context, next) => {
  const { env, req } = context;
  const operator = await enter(req.raw, env);
  if (operator instanceof Response) return operator;
  context.set("operator", operator);
  await next();
  noteAnswer(context.res, operator, req.raw, env);
  return undefined;
});

for (const [name, operation] of Object.entries(OPERATIONS)) {
  api.on(operation.method, operation.path, limitBody(operation), (context: Context<OperatorEnv>) => {
    const query = readQuery(name as OperationName, context.env.url);
    return query instanceof Response ? query : HANDLERS[name as OperationName](context, query);
  });
  api.all(operation.path, () => notAllowed(operation));
}

api.notFound(() => problem("not_found"));
api.onError((error, { env }) => {
  if (error instanceof LedgerUnreachable) return comeAgain("unavailable", 5);
  env.onDefect(error);
  return problem("internal_error");
});

function limitBody({ maxBody = 0 }: Operation) {
  return bodyLimit({ maxSize: maxBody, onError: () => problem("content_too_large") });
}

function notAllowed(operation: Operation): Response {
  return problem("method_not_allowed", { headers: { allow: allowed(operation) } });
}
