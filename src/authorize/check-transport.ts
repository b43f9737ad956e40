import type { AccessRequest } from "../model/access-request.ts";
import { isLoopback } from "../model/loopback.ts";
import { pass, type Result, refuse } from "../model/result.ts";
import type { RouteRule } from "../model/route-rule.ts";

/** Refuses plain http where the rule does not allow it (RFC 6750 §5.3: tokens travel over TLS only). */
export function checkTransport({ scheme, host }: AccessRequest, { requireHttps }: RouteRule): Result<void> {
  const isAllowed = scheme === "https" || requireHttps === "never" || (requireHttps === "remote" && isLoopback(host));
  return isAllowed ? pass(undefined) : refuse({ reason: "https_required", redirect: requireHttps === "redirect" });
}
