import { type PathPattern, parsePathPattern } from "../model/path-pattern.ts";
import { isReservedSegment } from "../model/reserved-path.ts";
import type { ClaimRule, HttpsPolicy, RouteRule } from "../model/route-rule.ts";
import type { TokenSource } from "../model/token-source.ts";
import type { routeSchema } from "./config-schema.ts";
import type { SettingPath } from "./fault.ts";
import type { FaultList } from "./fault-list.ts";
import type { OutputOf } from "./form.ts";
import { decodeTokenSources, isAmong } from "./token-sources.ts";

type CompleteRoute = OutputOf<typeof routeSchema>;

/** What holds for routes that say nothing of their own. */
export interface RouteDefaults {
  readonly requireHttps: HttpsPolicy | undefined;
  /** All sources that an issuer accepts. */
  readonly tokenSources: readonly TokenSource[];
  /** False when an issuer could not be decoded, so that there may be more sources. */
  readonly sourcesAreKnown: boolean;
  readonly hasLedger: boolean;
}

/** Completes one route and reports its contradictions; undefined when its path makes it useless for further checks. */
export function decodeRoute(
  config: CompleteRoute,
  at: SettingPath,
  list: FaultList,
  defaults: RouteDefaults,
): RouteRule | undefined {
  const path = decodePath(config.path, at, list);
  reportContradictions(config, at, list, defaults.hasLedger);
  if (path === undefined) return undefined;
  return {
    ...config,
    path,
    methods: config.methods && withHead(config.methods),
    scopes: config.scopes ?? [],
    anyOfScopes: config.anyOfScopes ?? [],
    claims: (config.claims ?? []).map(decodeClaimRule),
    onUnknownRevocation: config.onUnknownRevocation ?? "deny",
    revocation: config.revocation ?? "bounded",
    onStaleMirror: config.onStaleMirror ?? (config.revocation === "strict" ? "deny" : "kv"),
    requireHttps: config.requireHttps ?? defaults.requireHttps ?? "remote",
    tokenSources: decodeSources(config.tokenSources, at, list, defaults),
    forwardToken: config.forwardToken ?? false,
  };
}

/** Settings that are there but undefined are not there: a rule has one condition, and its name decides which. */
function decodeClaimRule({ claim, ...conditions }: NonNullable<CompleteRoute["claims"]>[number]): ClaimRule {
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  return { claim, ...Object.fromEntries(given) } as ClaimRule;
}

function decodePath(text: string, at: SettingPath, list: FaultList): PathPattern | undefined {
  const path = parsePathPattern(text);
  if (path === undefined) {
    list.add([...at, "path"], "noPath");
  } else if (isReservedSegment(path.segments[0] ?? "")) {
    list.add([...at, "path"], "reserved");
  }
  return path;
}

function decodeSources(
  configured: CompleteRoute["tokenSources"],
  at: SettingPath,
  list: FaultList,
  defaults: RouteDefaults,
): readonly TokenSource[] {
  if (configured === undefined) return defaults.tokenSources;
  const path = [...at, "tokenSources"];
  const sources = decodeTokenSources(configured, path, list);
  if (defaults.sourcesAreKnown && !sources.every((source) => isAmong(defaults.tokenSources, source))) {
    list.add(path, "foreignSource");
  }
  return sources;
}

function reportContradictions(config: CompleteRoute, at: SettingPath, list: FaultList, hasLedger: boolean): void {
  const report = (
    problem: "unusedBearer" | "unusedPublic" | "needsLedger",
    settings: readonly (keyof CompleteRoute)[],
  ) => {
    for (const setting of settings) if (config[setting] !== undefined) list.add([...at, setting], problem);
  };
  const aboutLedger = ["revocation", "onStaleMirror"] as const;
  if (config.access !== "bearer") report("unusedBearer", ["scopes", "anyOfScopes", "claims"]);
  if (config.access === "public") {
    report("unusedPublic", ["onUnknownRevocation", ...aboutLedger, "tokenSources", "forwardToken"]);
  }
  const forbidden = config.methods?.find((method) => method === "TRACE" || method === "CONNECT");
  if (forbidden !== undefined) {
    list.add([...at, "methods"], "neverForwarded", forbidden);
  }
  if (!hasLedger) report("needsLedger", aboutLedger);
}

/** A HEAD is a GET without the body (RFC 9110 §9.3.2), so one rule speaks for both. */
function withHead(methods: readonly string[]): ReadonlySet<string> {
  return new Set(methods.includes("GET") ? [...methods, "HEAD"] : methods);
}
