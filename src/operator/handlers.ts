import type { Context } from "hono";
import { issuersOf } from "../model/operator.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { answer, invalid, misfit } from "./answers.ts";
import { type Circumstances, toPreview, weigh } from "./commands.ts";
import { giveBatch } from "./give-batch.ts";
import { rateOf } from "./identify.ts";
import { listRecords } from "./list-records.ts";
import type { OperationName } from "./operations.ts";
import { addressOf, type OperatorApiParts, type OperatorEnv } from "./parts.ts";
import { problem } from "./problem.ts";
import { reach } from "./reach.ts";
import { readObject } from "./read-object.ts";
import { identityOf } from "./resolve-token.ts";

type OperatorContext = Context<OperatorEnv>;

/** What each operation does. The query was looked at already. */
export const HANDLERS: Readonly<
  Record<OperationName, (context: OperatorContext, query: Readonly<Record<string, never>>) => Promise<Response>>
> = {
  async readStatus({ env }) {
    // How this guard stands matters most when the ledger is out of reach.
    const ledger = await reach(env.desk().status()).catch(() => ({ state: "unreachable" }));
    return answer({ ledger, mirror: env.mirror() });
  },

  listRecords: ({ env }, query) => listRecords(query, env.desk()),

  async readRecord({ env, req }) {
    const record = await reach(env.desk().record(req.param("name") ?? ""));
    return record === null ? problem("no_such_record") : answer(record);
  },

  async readHistory({ env }, query) {
    return answer(await reach(env.desk().history(query)));
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
    const { attempt, dryRun, needs, problems } = weigh(given, circumstancesOf(context));
    if (dryRun && needs === undefined) {
      if (attempt.refused !== undefined) return invalid(...problems);
      const [looked] = await reach(env.desk().previewAll([toPreview(attempt)]));
      return looked?.ok ? answer(looked.preview) : invalid(...(looked?.problems ?? []));
    }
    // What is refused is on record before it is answered.
    const [result] = await reach(env.desk().submit([attempt]));
    if (needs !== undefined) return problem("forbidden", { needs });
    if (attempt.refused !== undefined) return invalid(...problems);
    return result?.ok ? answer(result.acknowledgement) : invalid(...(result?.problems ?? []));
  },

  async giveCommands(context) {
    const { env, req, var: variables } = context;
    const given = await readObject(req.raw);
    if (given instanceof Response) return given;
    const { rates } = env.ours;
    const rate = rateOf(variables.operator);
    return giveBatch(given, circumstancesOf(context), {
      submit: (attempts) => reach(env.desk().submit(attempts)),
      preview: (attempts) => reach(env.desk().previewAll(attempts.map(toPreview))),
      take: (cost) => rates.take(rate, cost, env.clock.now()),
      charge: (cost) => rates.charge(rate, cost, env.clock.now()),
    });
  },

  async readDescription() {
    const { describeApi } = await import("./describe-api.ts");
    return answer(describeApi());
  },
};

function circumstancesOf({ env, req, var: { operator } }: OperatorContext): Circumstances {
  return { operator, from: addressOf(req.raw.headers), issuers: issuersFor(env) };
}

/** Operators' tokens can be revoked as well. What the guard itself says of an issuer comes first. */
function issuersFor({ operators, issuers }: OperatorApiParts): ReadonlyMap<string, TrustedIssuer> {
  return new Map([...issuersOf(operators).map((issuer) => [issuer.issuer, issuer] as const), ...issuers]);
}
