import type * as v from "valibot";
import { type PathPattern, parsePathPattern } from "../model/path-pattern.ts";
import { isReservedSegment, RESERVED_SEGMENT } from "../model/reserved-path.ts";
import type { ClaimRule, HttpsPolicy, RouteRule } from "../model/route-rule.ts";
import type { TokenSource } from "../model/token-source.ts";
import type { routeSchema } from "./config-schema.ts";
import { toClaimPath } from "./decode-issuer.ts";
import { NEEDS_LEDGER } from "./environment.ts";
import type { ProblemList } from "./problem-list.ts";
import { decodeTokenSources, isAmong } from "./token-sources.ts";

type CompleteRoute = v.InferOutput<typeof routeSchema>;
type ConfiguredHttps = CompleteRoute["requireHttps"];

/** What holds for routes that say nothing of their own. */
export interface RouteDefaults {
  readonly requireHttps: ConfiguredHttps;
  /** All sources that an issuer accepts. */
  readonly tokenSources: readonly TokenSource[];
  /** False when an issuer could not be decoded, so that there may be more sources. */
  readonly sourcesAreKnown: boolean;
  readonly hasLedger: boolean;
}

/** Completes one route and reports its contradictions; undefined when its path makes it useless for further checks. */
export function decodeRoute(
  config: CompleteRoute,
  index: number,
  list: ProblemList,
  defaults: RouteDefaults,
): RouteRule | undefined {
  const path = decodePath(config.path, index, list);
  reportContradictions(config, index, list);
  if (!defaults.hasLedger) reportNeedsOfLedger(config, index, list);
  if (path === undefined) return undefined;
  return {
    path,
    methods: config.methods && withHead(config.methods),
    access: config.access,
    scopes: config.scopes ?? [],
    anyOfScopes: config.anyOfScopes ?? [],
    claims: (config.claims ?? []).map(decodeClaimRule),
    passPreflight: config.passPreflight,
    onUnknownRevocation: config.onUnknownRevocation ?? "deny",
    revocation: config.revocation ?? "bounded",
    onStaleMirror: config.onStaleMirror ?? (config.revocation === "strict" ? "deny" : "kv"),
    requireHttps: toHttpsPolicy(config.requireHttps ?? defaults.requireHttps),
    tokenSources: decodeSources(config.tokenSources, index, list, defaults),
    forwardToken: config.forwardToken ?? false,
  };
}

/** Settings that are there but undefined are not there: a rule has one condition, and its name decides which. */
function decodeClaimRule({ claim, ...conditions }: NonNullable<CompleteRoute["claims"]>[number]): ClaimRule {
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  return { claim: toClaimPath(claim), ...Object.fromEntries(given) } as ClaimRule;
}

function decodePath(text: string, index: number, list: ProblemList): PathPattern | undefined {
  const path = parsePathPattern(text);
  if (path === undefined) {
    list.add(
      ["routes", index, "path"],
      "matches no request",
      "Start with a slash and write whole segments, :name or * for one, a final * for the rest; no query, no dot segments.",
    );
  } else if (isReservedSegment(path.segments[0] ?? "")) {
    list.add(["routes", index, "path"], "is reserved", `Take another path: /${RESERVED_SEGMENT} is Jotgate's own.`);
  }
  return path;
}

function decodeSources(
  configured: CompleteRoute["tokenSources"],
  index: number,
  list: ProblemList,
  defaults: RouteDefaults,
): readonly TokenSource[] {
  if (configured === undefined) return defaults.tokenSources;
  const path = ["routes", index, "tokenSources"];
  const sources = decodeTokenSources(configured, path, list);
  if (defaults.sourcesAreKnown && !sources.every((source) => isAmong(defaults.tokenSources, source))) {
    list.add(path, "names a source that no issuer accepts", "Add it to the tokenSources of an issuer, or remove it.");
  }
  return sources;
}

function reportContradictions(config: CompleteRoute, index: number, list: ProblemList): void {
  const unused = (setting: keyof CompleteRoute, because: string) =>
    list.add(["routes", index, setting], `has no effect ${because}`, 'Remove it, or set access = "bearer".');
  if (config.access !== "bearer") {
    for (const setting of ["scopes", "anyOfScopes", "claims"] as const) {
      if (config[setting] !== undefined) unused(setting, "where callers need no token");
    }
  }
  if (config.access === "public") {
    for (const setting of [
      "onUnknownRevocation",
      "revocation",
      "onStaleMirror",
      "tokenSources",
      "forwardToken",
    ] as const) {
      if (config[setting] !== undefined) unused(setting, "on a public route");
    }
  }
  const forbidden = config.methods?.find((method) => method === "TRACE" || method === "CONNECT");
  if (forbidden !== undefined) {
    list.add(["routes", index, "methods"], `has ${forbidden}`, "Remove it: TRACE and CONNECT are never forwarded.");
  }
}

function reportNeedsOfLedger(config: CompleteRoute, index: number, list: ProblemList): void {
  for (const setting of ["revocation", "onStaleMirror"] as const) {
    if (config[setting] === undefined) continue;
    list.add(["routes", index, setting], NEEDS_LEDGER.problem, NEEDS_LEDGER.remedy);
  }
}

/** A HEAD is a GET without the body (RFC 9110 §9.3.2), so one rule speaks for both. */
function withHead(methods: readonly string[]): ReadonlySet<string> {
  return new Set(methods.includes("GET") ? [...methods, "HEAD"] : methods);
}

function toHttpsPolicy(configured: ConfiguredHttps): HttpsPolicy {
  switch (configured) {
    case undefined:
      return "remote";
    case true:
      return "always";
    case false:
      return "never";
    case "redirect":
      return "redirect";
  }
}
