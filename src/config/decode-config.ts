import type { Problem } from "../model/problem.ts";
import type { RouteRule } from "../model/route-rule.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { guardSchema, issuerSchema, routeSchema } from "./config-schema.ts";
import { decodeForwarding } from "./decode-forwarding.ts";
import { decodeIssuer } from "./decode-issuer.ts";
import { decodeLedger } from "./decode-ledger.ts";
import { decodeOperators } from "./decode-operators.ts";
import { decodeRoute, type RouteDefaults } from "./decode-route.ts";
import {
  type Environment,
  hasLedger,
  readAssertionKey,
  readOrigin,
  readRevocationKey,
  requireRevocations,
} from "./environment.ts";
import { ProblemList } from "./problem-list.ts";
import { reportUnreachableRoutes } from "./report-unreachable-routes.ts";
import type { Settings } from "./settings.ts";
import { distinctSources } from "./token-sources.ts";

export type DecodedConfig =
  | { readonly ok: true; readonly settings: Settings }
  /** `issuers` are complete or none, for whoever can find more problems in them. */
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      readonly issuers: ReadonlyMap<string, TrustedIssuer>;
    };

/**
 * Turns what an operator wrote into complete settings, or into the list of everything that is wrong with it. Never throws.
 *
 * @param config see `JotgateConfig`; nothing about it is taken for granted
 * @param env bindings and secrets
 * @param nameOf how the operator wrote an outermost setting
 */
export function decodeConfig(
  config: unknown,
  env: Environment,
  nameOf: (setting: string) => string = (setting) => setting,
): DecodedConfig {
  const list = new ProblemList(nameOf);
  const { issuers: issuerList, routes: routeList, ...rest } = isRecord(config) ? config : {};
  const guard = list.decode(guardSchema, rest, []);
  const ledgerIsBound = hasLedger(env, list);

  const issuers = decodeIssuers(issuerList, env, list);
  const issuersAreComplete = Array.isArray(issuerList) && issuers.size === issuerList.length;
  const sources = distinctSources([...issuers.values()].flatMap(({ tokenSources }) => tokenSources));
  const routes = decodeRoutes(routeList, list, {
    requireHttps: guard?.requireHttps,
    tokenSources: sources.length > 0 ? sources : [{ kind: "authorization" }],
    sourcesAreKnown: issuersAreComplete && issuers.size > 0,
    hasLedger: ledgerIsBound,
  });
  if (issuersAreComplete && issuers.size === 0 && routes.some(({ access }) => access === "bearer")) {
    list.add(["issuers"], "is empty, but routes need a token", "Add the issuers whose tokens are accepted.");
  }

  requireRevocations(env, list);
  const revocationKey = readRevocationKey(env, list);
  const failure = {
    ok: false,
    problems: list.problems,
    issuers: issuersAreComplete ? issuers : new Map<string, TrustedIssuer>(),
  } as const;
  if (guard === undefined) return failure;
  const origin = readOrigin(guard.origin, env, list);
  const forwarding = decodeForwarding(guard, origin, sources, list);
  const ledger = decodeLedger(guard, ledgerIsBound, list);
  const secrets = decodeOperators(guard.operators, ledgerIsBound, list);
  const assertion = guard.originAssertion && { ...guard.originAssertion, key: readAssertionKey(env, list) };
  if (list.problems.length > 0) return failure;
  return {
    ok: true,
    settings: {
      rules: { routes, issuers },
      forwarding,
      realm: guard.realm,
      logsAllowed: guard.decisionLog === "all",
      revocationKey,
      ledger,
      operators: { ...guard, secrets },
      assertion,
    },
  };
}

function decodeIssuers(value: unknown, env: Environment, list: ProblemList): ReadonlyMap<string, TrustedIssuer> {
  const issuers = new Map<string, TrustedIssuer>();
  const secrets = new Set<string | undefined>();
  for (const [index, item] of readList("issuers", value, list).entries()) {
    const config = list.decode(issuerSchema, item, ["issuers", index]);
    if (config === undefined) continue;
    if (issuers.has(config.issuer)) {
      list.add(["issuers", index, "issuer"], "appears twice", "Merge the two entries: an issuer has one set of rules.");
    }
    if (config.sharedSecret !== undefined && secrets.has(config.sharedSecret)) {
      list.add(["issuers", index, "sharedSecret"], "is another issuer's, too", "Give each issuer a secret of its own.");
    }
    secrets.add(config.sharedSecret);
    issuers.set(config.issuer, decodeIssuer(config, ["issuers", index], env, list));
  }
  return issuers;
}

function decodeRoutes(value: unknown, list: ProblemList, defaults: RouteDefaults): readonly RouteRule[] {
  const items = readList("routes", value, list);
  if (Array.isArray(value) && value.length === 0) {
    list.add(["routes"], "is empty", "Add at least one route: what no route matches is refused.");
  }
  const routes = items.map((item, index) => {
    const config = list.decode(routeSchema, item, ["routes", index]);
    return config === undefined ? undefined : decodeRoute(config, index, list, defaults);
  });
  reportUnreachableRoutes(routes, list);
  return routes.filter((route) => route !== undefined);
}

function readList(setting: string, value: unknown, list: ProblemList): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === undefined) list.add([setting], "is missing", "Add it; docs/configuration.md has examples.");
  else list.add([setting], "does not fit", "Write a list of tables.");
  return [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
