import type { TrustedIssuer } from "../../model/trusted-issuer.ts";
import type { Warning } from "./warning.ts";

/** Takes a warning about the setting at `path`. */
export type Warn = (
  code: string,
  path: string,
  problem: string,
  remedy: string,
  severity?: Warning["severity"],
) => unknown;

/** The default; whoever raises it keeps cut-off records longer, and stolen tokens alive longer. */
const USUAL_LIFETIME = 86_400;

/** @param at where the issuer stands */
export function warnOfLifetime({ maxLifetime }: Pick<TrustedIssuer, "maxLifetime">, at: string, warn: Warn): void {
  if (maxLifetime <= USUAL_LIFETIME) return;
  const remedy =
    "Let access tokens live minutes or hours, and lower it: cut-off records are kept as long as tokens may live.";
  warn("lifetime_long", `${at}.maxLifetime`, `accepts tokens of ${maxLifetime} seconds`, remedy);
}

/** Audiences that keep nobody out. @param at where the issuer stands */
export function warnOfAudiences(
  { issuer, audiences }: Pick<TrustedIssuer, "issuer" | "audiences">,
  at: string,
  warn: Warn,
): void {
  const path = `${at}.audiences`;
  if (audiences === false) {
    const remedy = "List the audiences that mean this API: tokens that users gave to any other application pass here.";
    warn("audience_unchecked", path, "accepts tokens made for anybody", remedy);
    return;
  }
  for (const [index, audience] of audiences.entries()) {
    const here = `${path}[${index}]`;
    if (withoutSlash(audience) === withoutSlash(issuer)) {
      const remedy = "Name this API: the issuer's own URL is the audience of tokens that are meant for the issuer.";
      warn("audience_is_issuer", here, "is the issuer itself", remedy);
    } else if (/[*?]|^(?:any|all|default|everyone|public|none|null|undefined)$/i.test(audience)) {
      const remedy = "Write the exact value of aud: there are no patterns, and a word for everybody separates nobody.";
      warn("audience_unspecific", here, "looks like a pattern or a word for everybody", remedy);
    }
  }
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, "");
}
