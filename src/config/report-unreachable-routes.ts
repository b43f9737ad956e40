import { coversPattern, shadowsPattern } from "../model/path-pattern.ts";
import type { RouteRule } from "../model/route-rule.ts";
import type { FaultList } from "./fault-list.ts";

/** Reports every route that can never decide anything, because earlier ones match all that it matches. */
export function reportUnreachableRoutes(routes: readonly (RouteRule | undefined)[], list: FaultList): void {
  for (const [index, route] of routes.entries()) {
    if (route === undefined) continue;
    const before = routes.slice(0, index).filter((earlier) => earlier !== undefined) as RouteRule[];
    const covering = before.filter((earlier) => coversPattern(earlier.path, route.path));
    if (takesEveryMethod(covering, route)) {
      list.add(["routes", index], "unreachable", pathsOf(covering));
      continue;
    }
    const deciding = before.filter((earlier) => covering.includes(earlier) || refusesLookalikes(earlier, route));
    if (!takesEveryMethod(deciding, route)) continue;
    list.add(["routes", index], "lookalike", pathsOf(deciding));
  }
}

/** True when `matchRoute` refuses all of this route's paths because they nearly are those of an earlier, guarded one. */
function refusesLookalikes(earlier: RouteRule, route: RouteRule): boolean {
  return earlier.access !== "public" && shadowsPattern(earlier.path, route.path);
}

function pathsOf(routes: readonly RouteRule[]): string {
  return [...new Set(routes.map(({ path }) => path.text))].join(", ");
}

function takesEveryMethod(covering: readonly RouteRule[], { methods }: RouteRule): boolean {
  if (covering.some((earlier) => earlier.methods === undefined)) return true;
  if (methods === undefined) return false;
  return [...methods].every((method) => covering.some((earlier) => earlier.methods?.has(method)));
}
