import type { AllowAnonymous, AllowBearer } from "../model/decision.ts";
import { sameSource, type TokenSource } from "../model/token-source.ts";

/**
 * Takes the credentials out of a request: the verified token, unless the route forwards it, and with it whatever stands in
 * any other place where tokens may be presented and nobody verified. A public route looks at no credentials; what a client
 * sends there is the origin's own affair.
 *
 * @param sources everywhere that an issuer's tokens may be presented
 */
export function removeCredentials(
  headers: Headers,
  decision: AllowAnonymous | AllowBearer,
  sources: readonly TokenSource[],
): void {
  if (decision.route.access === "public") return;
  const kept = decision.as === "bearer" && decision.route.forwardToken ? decision.token.source : undefined;
  // Even where no issuer's tokens may be presented in it.
  if (kept?.kind !== "authorization") headers.delete("authorization");
  for (const source of sources) {
    if (kept !== undefined && sameSource(source, kept)) continue;
    if (source.kind === "header") headers.delete(source.name);
    if (source.kind === "cookie") removeCookie(headers, source);
  }
}

function removeCookie(headers: Headers, source: TokenSource): void {
  const before = headers.get("cookie");
  if (before === null) return;
  // Each part keeps the separator before it, so that other cookies stay as they were.
  const others = before
    .split(/(?=[;,])/)
    .filter((part) => part.replace(/^[;,]/, "").split("=", 1)[0]?.trim() !== source.name);
  const cookie = others.join("").replace(/^[;,]\s*/, "");
  if (cookie === "") headers.delete("cookie");
  else if (cookie !== before) headers.set("cookie", cookie);
}
