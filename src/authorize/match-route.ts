import type { AccessRequest } from "../model/access-request.ts";
import { type CanonicalPath, readCanonicalPath } from "../model/canonical-path.ts";
import {
  type FoldedPath,
  foldPath,
  matchesPath,
  namesSuffixes,
  resemblesPath,
  resemblesWithSuffix,
} from "../model/path-pattern.ts";
import { isReservedSegment } from "../model/reserved-path.ts";
import { pass, type Result, refuse } from "../model/result.ts";
import type { RouteRule } from "../model/route-rule.ts";

export interface MatchedRoute {
  readonly route: RouteRule;
  readonly path: CanonicalPath;
  /** True when the request is a CORS preflight that the rule lets through. */
  readonly preflight: boolean;
}

/**
 * Finds the first rule that speaks for the request's path and method. A CORS preflight is looked up under the method that
 * it announces, so that the rule for the real request decides whether its preflight passes.
 *
 * Refuses with `no_matching_route` when there is none, and with `path_ambiguous` when guard and origin may disagree about
 * the path: see `readCanonicalPath`, and paths that miss an earlier, guarded rule only by what `foldPath` folds, and would
 * otherwise fall through to a later one. With a suffix that some origins cut off (`/orders.json`, `/orders::$DATA`) they are
 * refused as well, unless the later rule writes it out.
 */
export function matchRoute(request: AccessRequest, routes: readonly RouteRule[]): Result<MatchedRoute> {
  const path = readCanonicalPath(request.path);
  if (path === undefined) return refuse({ reason: "path_ambiguous" });
  // TRACE would echo the credentials; CONNECT has no path to match.
  if (request.method === "TRACE" || request.method === "CONNECT") return refuse({ reason: "no_matching_route" });

  // Jotgate's own pages are answered before anything is decided; the rest of what could be taken for one is nobody's.
  if (isReservedSegment(path.segments[0] ?? "")) return refuse({ reason: "no_matching_route" });

  const announced = announcedMethod(request);
  if (announced !== undefined) {
    const preflighted = findRule(routes, path, announced);
    if (preflighted.ok && preflighted.value.passPreflight) {
      return pass({ route: preflighted.value, path, preflight: true });
    }
  }

  const found = findRule(routes, path, request.method);
  return found.ok ? pass({ route: found.value, path, preflight: false }) : found;
}

function findRule(routes: readonly RouteRule[], path: CanonicalPath, method: string): Result<RouteRule> {
  let folded: FoldedPath | undefined;
  let suffixed = false;
  for (const route of routes) {
    if (!speaksFor(route, method)) continue;
    if (matchesPath(route.path, path)) {
      return suffixed && !namesSuffixes(route.path, path) ? refuse({ reason: "path_ambiguous" }) : pass(route);
    }
    if (route.access === "public") continue;
    folded ??= foldPath(path);
    if (resemblesPath(route.path, folded)) return refuse({ reason: "path_ambiguous" });
    suffixed ||= resemblesWithSuffix(route.path, folded);
  }
  return refuse({ reason: "no_matching_route" });
}

function speaksFor(route: RouteRule, method: string): boolean {
  return route.methods === undefined || route.methods.has(method);
}

/** The method that a CORS preflight asks about (Fetch Standard, "CORS-preflight request"), or undefined for any other request. */
function announcedMethod(request: AccessRequest): string | undefined {
  if (request.method !== "OPTIONS" || request.header("origin") === null) return undefined;
  return request.header("access-control-request-method") ?? undefined;
}
