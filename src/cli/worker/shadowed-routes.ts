import { coversPattern, type PathPattern } from "../../model/path-pattern.ts";
import type { RouteRule } from "../../model/route-rule.ts";

export interface ShadowedRoute {
  readonly index: number;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Routes of which an earlier one takes a part that they were probably meant for. What is never reached at all is a problem of
 * its own; an exception before a wider rule is how rules are written, and is no finding.
 */
export function findShadowedRoutes(routes: readonly RouteRule[]): readonly ShadowedRoute[] {
  return routes.flatMap((route, index) => {
    const earlier = routes.slice(0, index).findIndex((candidate) => takesPartOf(candidate, route));
    const taker = routes[earlier];
    if (taker === undefined) return [];
    const methods = sharedMethods(taker, route);
    const paths = coversPattern(taker.path, route.path) ? "all of its paths" : "some of its paths";
    const what = methods === undefined ? paths : `${methods.join(", ")} of ${paths}`;
    const remedy = `Move it before ROUTES[${earlier}] if it is meant to decide there; ROUTES[${earlier}] is ${describe(taker)}.`;
    return [{ index, problem: `leaves ${what} to ROUTES[${earlier}] (${taker.path.text}), which comes first`, remedy }];
  });
}

function takesPartOf(earlier: RouteRule, later: RouteRule): boolean {
  if (sharedMethods(earlier, later)?.length === 0 || coversPattern(later.path, earlier.path)) return false;
  if (coversPattern(earlier.path, later.path)) return true;
  return intersects(earlier.path, later.path) && STRICTNESS[earlier.access] < STRICTNESS[later.access];
}

const STRICTNESS = { public: 0, optional: 1, bearer: 2 } as const;

/** Undefined for any method. */
function sharedMethods(a: RouteRule, b: RouteRule): readonly string[] | undefined {
  if (a.methods === undefined) return b.methods && [...b.methods];
  return [...a.methods].filter((method) => b.methods === undefined || b.methods.has(method));
}

/** True when some path matches both patterns. */
function intersects(a: PathPattern, b: PathPattern): boolean {
  const [shorter, longer] = a.segments.length <= b.segments.length ? [a, b] : [b, a];
  if (shorter.segments.length < longer.segments.length && !shorter.andBeneath) return false;
  return shorter.segments.every((segment, index) => {
    const other = longer.segments[index];
    if (segment === null) return other !== "";
    return other === null ? segment !== "" : other === segment;
  });
}

function describe({ access, scopes, anyOfScopes }: RouteRule): string {
  const needed = [...scopes, ...(anyOfScopes.length > 0 ? [`one of ${anyOfScopes.join(", ")}`] : [])];
  return needed.length === 0 ? access : `${access} with ${needed.join(", ")}`;
}
