import { coversPattern } from "../model/path-pattern.ts";
import type { RouteRule } from "../model/route-rule.ts";
import type { ProblemList } from "./problem-list.ts";

/** Reports every route that can never decide anything, because earlier ones match all that it matches. */
export function reportUnreachableRoutes(routes: readonly (RouteRule | undefined)[], list: ProblemList): void {
  for (const [index, route] of routes.entries()) {
    if (route === undefined) continue;
    const covering = routes
      .slice(0, index)
      .filter((earlier) => earlier !== undefined && coversPattern(earlier.path, route.path)) as RouteRule[];
    if (!takesEveryMethod(covering, route)) continue;
    const earlier = [...new Set(covering.map(({ path }) => path.text))].join(", ");
    list.add(
      ["routes", index],
      "is never reached",
      `Move it before the routes that match first (${earlier}), or remove it.`,
    );
  }
}

function takesEveryMethod(covering: readonly RouteRule[], { methods }: RouteRule): boolean {
  if (covering.some((earlier) => earlier.methods === undefined)) return true;
  if (methods === undefined) return false;
  return [...methods].every((method) => covering.some((earlier) => earlier.methods?.has(method)));
}
