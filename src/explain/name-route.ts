import type { RouteRule } from "../model/route-rule.ts";

/** How people find a route in their file: `ROUTES[1] GET /api/orders/*`. */
export function nameRoute(route: RouteRule, routes: readonly RouteRule[]): string {
  const methods = route.methods === undefined ? "any method" : [...route.methods].join(" ");
  return `ROUTES[${routes.indexOf(route)}] ${methods} ${route.path.text}`;
}
