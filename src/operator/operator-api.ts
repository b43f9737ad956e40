import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Hono } from "hono/tiny";
import type { LedgerDesk } from "../model/ledger-desk.ts";
import { isLoopback } from "../model/loopback.ts";
import { includesRole, type Operator, type OperatorRole } from "../model/operator.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import { RECORD_KINDS, type RecordKind } from "../model/revocation.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";
import { authenticate } from "./authenticate.ts";
import { type ProblemExtension, problem } from "./problem.ts";
import { resolveToken } from "./resolve-token.ts";

/** What the API works with. */
export interface OperatorApiParts {
  readonly operators: readonly Operator[];
  /** The issuers that the guard trusts. */
  readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  /** Makes the ledger's stub. */
  readonly desk: () => LedgerDesk;
  /** How this isolate's mirror stands; asks the ledger in the background when it is time to. */
  readonly mirror: () => object;
}

/** Bytes of a request's body: the longest token, and texts of 512 bytes. */
const MAX_BODY = 24 * 1024;

/** Milliseconds that the ledger has for an answer. */
const LEDGER_DEADLINE = 10_000;

const MAX_PAGE = 1_000;
const USUAL_PAGE = 100;

type OperatorEnv = { Bindings: OperatorApiParts; Variables: { operator: Operator } };

/**
 * The operator API, `/_jotgate/v1`: commands to the ledger, and what it knows. docs/operator-api.md describes it. Answers are
 * never stored, errors are problem documents (RFC 9457).
 */
export async function answerOperator(request: Request, parts: OperatorApiParts): Promise<Response> {
  return api.fetch(request, parts);
}

const api = new Hono<OperatorEnv>().basePath(`/${RESERVED_SEGMENT}/v1`);

api.use(async (context, next) => {
  // A browser says where a page's request comes from; operators are programs and terminals.
  if (context.req.header("origin") !== undefined) return problem(403, "cross_site_request");
  const { protocol, hostname } = new URL(context.req.url);
  if (protocol !== "https:" && !isLoopback(hostname)) return problem(403, "https_required");
  const operator = await authenticate(context.req.raw, context.env.operators);
  if (operator === undefined) {
    const challenge = context.req.header("authorization") === undefined ? "" : ', error="invalid_token"';
    return problem(401, "unauthorized", {
      headers: { "www-authenticate": `Bearer realm="${RESERVED_SEGMENT}"${challenge}` },
    });
  }
  context.set("operator", operator);
  return next();
});

api.get("/status", async (context) => {
  // How this guard stands matters most when the ledger is out of reach.
  const ledger = await reach(context.env.desk().status()).catch(() => ({ state: "unreachable" }));
  return answer(context, { ledger, mirror: context.env.mirror() });
});

api.get("/records", async (context) => {
  const { kind, after } = context.req.query();
  if (kind !== undefined && !isKind(kind)) return misfit("kind", `Give one of ${RECORD_KINDS.join(", ")}.`);
  const limit = readLimit(context.req.query("limit"));
  if (limit === undefined) return misfit("limit", `Give a number from 1 to ${MAX_PAGE}.`);
  return answer(
    context,
    await reach(context.env.desk().records({ ...(kind && { kind }), ...(after && { after }), limit })),
  );
});

api.get("/records/:name", async (context) => {
  const record = await reach(context.env.desk().record(context.req.param("name")));
  return record === null ? problem(404, "no_such_record") : answer(context, record);
});

api.get("/history", async (context) => {
  const limit = readLimit(context.req.query("limit"));
  if (limit === undefined) return misfit("limit", `Give a number from 1 to ${MAX_PAGE}.`);
  const before = context.req.query("before");
  if (before !== undefined && !/^\d{1,15}$/.test(before)) return misfit("before", "Give a number of the page before.");
  return answer(context, await reach(context.env.desk().history({ ...(before && { before: Number(before) }), limit })));
});

api.post(
  "/commands",
  bodyLimit({ maxSize: MAX_BODY, onError: () => problem(413, "content_too_large") }),
  async (context) => {
    if (!/^application\/json\s*(?:;|$)/i.test(context.req.header("content-type") ?? "")) {
      return problem(415, "unsupported_media_type");
    }
    const command = await readObject(context.req.raw);
    if (command === undefined) return misfit("command", "Send one JSON object.");
    const { operator } = context.var;
    const needed = roleFor(command);
    if (!includesRole(operator.role, needed)) return problem(403, "forbidden", { needs: needed });
    if (command["by"] !== undefined) return misfit("by", "Leave it out: it is the operator's name.");
    const resolved = resolveToken(command, context.env.issuers);
    if (!resolved.ok) return problem(400, "invalid_request", { problems: [resolved.problem] });
    const result = await reach(
      context.env.desk().execute({ id: crypto.randomUUID(), ...resolved.command, by: operator.name }),
    );
    return result.ok
      ? answer(context, result.acknowledgement)
      : problem(400, "invalid_request", { problems: result.problems });
  },
);

api.notFound(() => problem(404, "not_found"));
api.onError((error) => {
  if (error instanceof LedgerUnreachable) return problem(503, "unavailable", { headers: { "retry-after": "5" } });
  throw error;
});

/** The ledger did not answer, or is not ready yet. Whether a command was carried out is unknown: its id makes asking again safe. */
class LedgerUnreachable extends Error {}

async function reach<T>(asked: Promise<T>): Promise<T> {
  try {
    const answered = await withDeadline(asked, LEDGER_DEADLINE);
    if (answered !== LATE) return answered;
  } catch (cause) {
    throw new LedgerUnreachable("The ledger rejected.", { cause });
  }
  throw new LedgerUnreachable("The ledger did not answer in time.");
}

/** Giving access back, and ending all tokens of an issuer at once, is for few. */
function roleFor(command: Readonly<Record<string, unknown>>): OperatorRole {
  const endsIssuer =
    command["do"] === "cutOff" && command["subject"] === undefined && command["sessionId"] === undefined;
  return command["do"] === "lift" || endsIssuer ? "admin" : "revoker";
}

function answer(context: Context, content: object): Response {
  return context.body(`${JSON.stringify(content)}\n`, 200, {
    "content-type": "application/json",
    "cache-control": "no-store",
  });
}

function misfit(path: string, remedy: string): Response {
  const extension: ProblemExtension = { problems: [{ path, problem: "does not fit", remedy }] };
  return problem(400, "invalid_request", extension);
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return USUAL_PAGE;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= MAX_PAGE ? limit : undefined;
}

function isKind(text: string): text is RecordKind {
  return (RECORD_KINDS as readonly string[]).includes(text);
}

async function readObject(request: Request): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const parsed: unknown = await request.json();
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
