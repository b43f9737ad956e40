import { isObject } from "../model/json-values.ts";
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
import type { Fault } from "./fault.ts";
import { FaultList } from "./fault-list.ts";
import { reportUnreachableRoutes } from "./report-unreachable-routes.ts";
import type { Settings } from "./settings.ts";
import { distinctSources } from "./token-sources.ts";

export type DecodedSettings =
  | { readonly ok: true; readonly settings: Settings }
  /** `issuers` are complete or none, for whoever can find more problems in them. */
  | {
      readonly ok: false;
      readonly faults: readonly Fault[];
      readonly issuers: ReadonlyMap<string, TrustedIssuer>;
    };

/**
 * Turns what an operator wrote into complete settings, or into the list of everything that is wrong with it. Never throws.
 *
 * @param config see `JotgateConfig`; nothing about it is taken for granted
 * @param env bindings and secrets
 */
export function decodeSettings(config: unknown, env: Environment): DecodedSettings {
  const list = new FaultList();
  const { issuers: issuerList, routes: routeList, ...rest } = isObject(config) ? config : {};
  const guard = list.decode(guardSchema, rest, []);
  const ledgerIsBound = hasLedger(env, list);

  const claimsInUse = new Set<string>();
  const issuers = decodeIssuers(issuerList, claimsInUse, env, list);
  const issuersAreComplete = Array.isArray(issuerList) && issuers.size === issuerList.length;
  const sources = distinctSources([...issuers.values()].flatMap(({ tokenSources }) => tokenSources));
  const routes = decodeRoutes(routeList, list, {
    requireHttps: guard?.requireHttps,
    tokenSources: sources.length > 0 ? sources : [{ kind: "authorization" }],
    sourcesAreKnown: issuersAreComplete && issuers.size > 0,
    hasLedger: ledgerIsBound,
  });
  if (issuersAreComplete && issuers.size === 0 && routes.some(({ access }) => access === "bearer")) {
    list.add(["issuers"], "noIssuers");
  }

  requireRevocations(env, list);
  const revocationKey = readRevocationKey(env, list);
  const failure = {
    ok: false,
    faults: list.faults,
    issuers: issuersAreComplete ? issuers : new Map<string, TrustedIssuer>(),
  } as const;
  if (guard === undefined) return failure;
  const origin = readOrigin(guard.origin, env, list);
  const forwarding = decodeForwarding(guard, origin, sources, list);
  for (const { claim } of [...routes.flatMap(({ claims }) => claims), ...forwarding.identityHeaders.claims]) {
    claimsInUse.add(claim[0] as string);
  }
  const ledger = decodeLedger(guard, ledgerIsBound, list);
  const secrets = decodeOperators(guard.operators, ledgerIsBound, list);
  const assertion = guard.originAssertion && { ...guard.originAssertion, key: readAssertionKey(env, list) };
  if (list.faults.length > 0) return failure;
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

function decodeIssuers(
  value: unknown,
  claimsInUse: ReadonlySet<string>,
  env: Environment,
  list: FaultList,
): ReadonlyMap<string, TrustedIssuer> {
  const issuers = new Map<string, TrustedIssuer>();
  const secrets = new Set<string | undefined>();
  for (const [index, item] of readList("issuers", value, list).entries()) {
    const at = ["issuers", index];
    const config = list.decode(issuerSchema, item, at);
    if (config === undefined) continue;
    if (issuers.has(config.issuer)) list.add([...at, "issuer"], "issuerTwice");
    if (config.sharedSecret !== undefined && secrets.has(config.sharedSecret)) {
      list.add([...at, "sharedSecret"], "secretTwice");
    }
    secrets.add(config.sharedSecret);
    issuers.set(config.issuer, decodeIssuer(config, at, claimsInUse, env, list));
  }
  return issuers;
}

function decodeRoutes(value: unknown, list: FaultList, defaults: RouteDefaults): readonly RouteRule[] {
  const items = readList("routes", value, list);
  if (Array.isArray(value) && value.length === 0) list.add(["routes"], "noRoutes");
  const routes = items.map((item, index) => {
    const at = ["routes", index];
    const config = list.decode(routeSchema, item, at);
    return config === undefined ? undefined : decodeRoute(config, at, list, defaults);
  });
  reportUnreachableRoutes(routes, list);
  return routes.filter((route) => route !== undefined);
}

function readList(setting: string, value: unknown, list: FaultList): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === undefined) list.add([setting], "listMissing");
  else list.add([setting], "misfit", false, "tables");
  return [];
}
