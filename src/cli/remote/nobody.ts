import { plain, printable } from "../../explain/printable.ts";
import { writeTime } from "../../explain/write-time.ts";
import { isObject } from "../../model/json-values.ts";
import type { Target } from "./target.ts";

/**
 * What to do when a guard does not know who asks. It does not say why, so that strangers learn nothing; whoever holds a token can
 * read in it what is most likely.
 *
 * @param now NumericDate
 */
export function describeNobody({ secret, access }: Target, now: number): string {
  if (secret !== undefined) {
    const claims = readClaims(secret);
    return claims === undefined ? "The guard knows no operator with this secret." : describeToken(claims, now);
  }
  return access?.token === undefined
    ? "To the guard, service tokens of Cloudflare Access are nobody. Give an operator secret as well: JOTGATE_SECRET, or --secret-file."
    : "Cloudflare Access let this through, and the guard knows nobody by it. Its OPERATOR_ACCESS has to name this team and application.";
}

/** What to do when Cloudflare Access, in front of the guard, does not let somebody through. @param now NumericDate */
export function describeStopped({ url, access }: Target, now: number): string {
  const token = access?.token;
  const ended = token === undefined ? undefined : endOf(readClaims(token), now);
  if (ended !== undefined) return `The token for Cloudflare Access ended at ${ended}; ${howToSignIn(url)}`;
  return access === undefined
    ? `Cloudflare Access stands in front of this guard and wants to know who asks; ${howToSignIn(url)}`
    : `Cloudflare Access, in front of this guard, does not take these credentials; ${howToSignIn(url)}`;
}

function howToSignIn({ origin }: URL): string {
  return `get a token: cloudflared access login ${plain(origin)}, then cloudflared access token --app ${plain(origin)} > access.txt, and give --access-file access.txt. Programs use a service token.`;
}

type Claims = Readonly<Record<string, unknown>>;

function describeToken(claims: Claims, now: number): string {
  const ended = endOf(claims, now);
  if (ended !== undefined) return `The operator token ended at ${ended}; get a new one.`;
  const { nbf, iss, aud } = claims;
  if (typeof nbf === "number" && nbf > now) {
    return `The operator token counts from ${writeTime(nbf)} on; wait until then, or set the clock of whoever is wrong.`;
  }
  return `The guard does not take this operator token. It is from ${printable(iss)} for ${printable(aud)}: both have to stand in OPERATOR_ISSUER, and it must not be revoked. Get one for the guard's audience.`;
}

function endOf(claims: Claims | undefined, now: number): string | undefined {
  const exp = claims?.["exp"];
  return typeof exp === "number" && exp <= now ? writeTime(exp) : undefined;
}

/** Unverified; undefined for what is no JWT. */
function readClaims(token: string): Claims | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
