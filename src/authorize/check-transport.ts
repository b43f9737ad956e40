import type { AccessRequest } from "../model/access-request.ts";
import { isLoopback } from "../model/loopback.ts";
import { pass, type Result, refuse } from "../model/result.ts";
import type { RouteRule } from "../model/route-rule.ts";

/** Refuses plain http where the rule does not allow it (RFC 6750 §5.3: tokens travel over TLS only). */
export function checkTransport(request: AccessRequest, route: RouteRule): Result<void> {
  if (request.scheme === "https") return pass(undefined);
  switch (route.requireHttps) {
    case "never":
      return pass(undefined);
    case "remote":
      return isLoopback(request.host) ? pass(undefined) : refuse({ reason: "https_required", redirect: false });
    case "always":
      return refuse({ reason: "https_required", redirect: false });
    case "redirect":
      return refuse({ reason: "https_required", redirect: true });
  }
}
