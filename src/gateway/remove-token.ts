import type { AllowAnonymous, AllowBearer } from "../model/decision.ts";
import type { TokenSource } from "../model/token-source.ts";

/**
 * Takes the credentials out of a request, so that the origin gets none that it was not meant to have: the verified token,
 * unless the route forwards it, and any `Authorization` that nobody verified. A public route's `Authorization` is the origin's
 * own affair.
 */
export function removeToken(headers: Headers, decision: AllowAnonymous | AllowBearer): void {
  const source = decision.as === "bearer" ? decision.token.source : undefined;
  const forwards = decision.route.forwardToken && source !== undefined;
  if (decision.route.access !== "public" && !(forwards && source.kind === "authorization")) {
    headers.delete("authorization");
  }
  if (source !== undefined && !forwards) removeFrom(headers, source);
}

function removeFrom(headers: Headers, source: TokenSource): void {
  if (source.kind === "header") headers.delete(source.name);
  if (source.kind !== "cookie") return;
  // Each part keeps the separator before it, so that other cookies stay as they were.
  const parts = (headers.get("cookie") ?? "").split(/(?=[;,])/);
  const others = parts.filter((part) => part.replace(/^[;,]/, "").split("=", 1)[0]?.trim() !== source.name);
  const cookie = others.join("").replace(/^[;,]\s*/, "");
  if (cookie === "") headers.delete("cookie");
  else headers.set("cookie", cookie);
}
