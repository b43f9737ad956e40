import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Hono } from "hono/tiny";
import { isLoopback } from "../model/loopback.ts";
import { hasOperators, issuersOf } from "../model/operator.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { answer, invalid, misfit } from "./answers.ts";
import { type Circumstances, weigh } from "./commands.ts";
import { giveBatch } from "./give-batch.ts";
import { identify } from "./identify.ts";
import { END_OWN_TOKEN, OPERATIONS, type Operation, type OperationName, readKind, readLimit } from "./operations.ts";
import { addressOf, type OperatorApiParts, type OperatorEnv } from "./parts.ts";
import { problem } from "./problem.ts";
import { LedgerUnreachable, reach } from "./reach.ts";
import { readObject } from "./read-object.ts";
import { identityOf } from "./resolve-token.ts";
import { endOwnToken } from "./self-revocation.ts";

/**
 * The operator API, `/_jotgate/v1`: commands to the ledger, and what it knows. docs/operator-api.md describes it. Answers are
 * never stored, errors are problem documents (RFC 9457).
 */
export async function answerOperator(request: Request, parts: OperatorApiParts): Promise<Response> {
  return api.fetch(request, parts);
}

type OperatorContext = Context<OperatorEnv>;

const HANDLERS: Readonly<Record<OperationName, (context: OperatorContext) => Promise<Response>>> = {
  async readStatus({ env }) {
    // How this guard stands matters most when the ledger is out of reach.
    const ledger = await reach(env.desk().status()).catch(() => ({ state: "unreachable" }));
    return answer({ ledger, mirror: env.mirror() });
  },

  async listRecords({ env, req }) {
    const after = req.query("after");
    const kind = readKind(req.query("kind"));
    if (kind instanceof Response) return kind;
    const limit = readLimit(req.query("limit"));
    if (limit instanceof Response) return limit;
    return answer(await reach(env.desk().records({ ...(kind && { kind }), ...(after && { after }), limit })));
  },

  async readRecord({ env, req }) {
    const record = await reach(env.desk().record(req.param("name") ?? ""));
    return record === null ? problem(404, "no_such_record") : answer(record);
  },

  async readHistory({ env, req }) {
    const limit = readLimit(req.query("limit"));
    if (limit instanceof Response) return limit;
    const before = req.query("before");
    if (before !== undefined && !/^\d{1,15}$/.test(before))
      return misfit("before", "Give a number of the page before.");
    return answer(await reach(env.desk().history({ ...(before && { before: Number(before) }), limit })));
  },

  async readState({ env, req }) {
    const asked = await readObject(req.raw);
    if (asked instanceof Response) return asked;
    const { token, ...rest } = asked;
    if (token !== undefined && Object.keys(rest).length > 0) return misfit("token", "Send it alone, or leave it out.");
    const identity = token === undefined ? ({ ok: true, command: asked } as const) : identityOf(token, issuersFor(env));
    if (!identity.ok) return invalid(identity.problem);
    const state = await reach(env.desk().state(identity.command));
    return state.ok ? answer({ records: state.records }) : invalid(...state.problems);
  },

  async explain({ env, req }) {
    const asked = await readObject(req.raw);
    if (asked instanceof Response) return asked;
    const { explain } = await import("./explain.ts");
    const { url, deciding, keys, revocations, clock } = env;
    return explain(asked, { host: url.host, deciding, keys, revocations, now: clock.now() / 1000 });
  },

  async giveCommand(context) {
    const { env, req } = context;
    const given = await readObject(req.raw);
    if (given instanceof Response) return given;
    const { attempt, dryRun, needs, problems } = weigh(given, circumstancesOf(context), true);
    const isRefused = attempt.refused !== undefined;
    if (dryRun && !isRefused) {
      const { command, by } = attempt;
      const looked = await reach(env.desk().preview({ id: crypto.randomUUID(), ...command, by }));
      return looked.ok ? answer(looked.preview) : invalid(...looked.problems);
    }
    // What is refused is on record before it is answered; what is only looked at never is.
    const [result] = dryRun ? [] : await reach(env.desk().submit([attempt]));
    if (needs !== undefined) return problem(403, "forbidden", { needs });
    if (isRefused || result === undefined) return invalid(...problems);
    return result.ok ? answer(result.acknowledgement) : invalid(...result.problems);
  },

  async giveCommands(context) {
    const { env, req, var: variables } = context;
    const given = await readObject(req.raw);
    if (given instanceof Response) return given;
    return giveBatch(given, circumstancesOf(context), {
      submit: (attempts) => reach(env.desk().submit(attempts)),
      wait: (cost) => env.ours.rates.take(variables.operator.name, cost, env.clock.now()),
    });
  },

  async readDescription() {
    const { describeApi } = await import("./describe-api.ts");
    return answer(describeApi());
  },
};

const api = new Hono<OperatorEnv>().basePath(`/${RESERVED_SEGMENT}/v1`);

api.use(async ({ env: { url } }, next) =>
  url.protocol === "https:" || isLoopback(url.hostname) ? next() : problem(403, "https_required"),
);

api.post(END_OWN_TOKEN.path, limitBody(END_OWN_TOKEN), async ({ env, req }) =>
  env.operators.selfRevocation ? endOwnToken(req.raw, env) : problem(404, "not_found"),
);

api.use(async (context, next) => {
  const { env, req } = context;
  if (!hasOperators(env.operators)) return problem(404, "not_found");
  // A browser says where a page's request comes from; operators are programs, terminals, and people who type an address.
  const site = req.header("sec-fetch-site") ?? "none";
  if (req.header("origin") !== undefined || (site !== "none" && site !== "same-origin")) {
    return problem(403, "cross_site_request");
  }
  const operator = await identify(req.raw, env);
  if (operator instanceof Response) {
    countFailure(operator, req.raw, env);
    return operator;
  }
  context.set("operator", operator);
  return next();
});

for (const [name, operation] of Object.entries(OPERATIONS)) {
  api.on(operation.method, operation.path, limitBody(operation), (context: OperatorContext) =>
    HANDLERS[name as OperationName](context),
  );
}

api.notFound(() => problem(404, "not_found"));
api.onError((error) => {
  if (error instanceof LedgerUnreachable) return problem(503, "unavailable", { headers: { "retry-after": "5" } });
  throw error;
});

function limitBody({ maxBody = 0 }: Operation) {
  return bodyLimit({ maxSize: maxBody, onError: () => problem(413, "content_too_large") });
}

/** Credentials that are nobody's are counted, and a write stands for many of them: this must not cost a call each. */
function countFailure(
  { status, headers }: Response,
  request: Request,
  { ours, clock, desk, inBackground }: OperatorApiParts,
) {
  const hadCredentials = status === 403 || headers.get("www-authenticate")?.includes("error=") === true;
  const count = hadCredentials ? ours.failures.add(clock.now()) : 0;
  if (count > 0) inBackground(reach(desk().countFailures(count, addressOf(request))).catch(() => undefined));
}

function circumstancesOf({ env, req, var: { operator } }: OperatorContext): Circumstances {
  return { operator, from: addressOf(req.raw), issuers: issuersFor(env) };
}

/** Operators' tokens can be revoked as well. What the guard itself says of an issuer comes first. */
function issuersFor({ operators, issuers }: OperatorApiParts): ReadonlyMap<string, TrustedIssuer> {
  return new Map([...issuersOf(operators).map((issuer) => [issuer.issuer, issuer] as const), ...issuers]);
}
