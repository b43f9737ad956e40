import type { AccessRequest } from "../model/access-request.ts";
import { MAX_TOKEN_LENGTH } from "../model/limits.ts";
import { pass, type Result, refuse } from "../model/result.ts";
import { PresentedToken } from "../model/token.ts";
import type { TokenSource } from "../model/token-source.ts";

/**
 * Takes the token from the only places that are configured; query and body are never looked at (RFC 6750 §5.3, RFC 9700
 * §4.3.2).
 *
 * - `token_missing`: none of the sources has one, or `Authorization` has another scheme
 * - `credentials_malformed`: `Authorization: Bearer` without a `b64token` after it (RFC 6750 §2.1)
 * - `credentials_repeated`: more than one, in one source or in several (RFC 6750 §2)
 * - `cross_site_request`: a cookie's token on a request that another site may have caused
 */
export function extractToken(request: AccessRequest, sources: readonly TokenSource[]): Result<PresentedToken> {
  let found: PresentedToken | undefined;
  // Authorization is read even where it is no source: a second credential that nobody checked must not travel along.
  const authorization = readAuthorization(request.header("authorization"));
  if (!authorization.ok) return authorization;
  const withBearer = authorization.value !== undefined;
  for (const source of sources) {
    if (source.kind === "authorization") {
      if (withBearer) found = new PresentedToken(authorization.value, source);
      continue;
    }
    const values = source.kind === "header" ? headerValues(request, source.name) : cookieValues(request, source.name);
    const [value] = values;
    if (value === undefined) continue;
    if (values.length > 1 || found !== undefined || withBearer) return refuse({ reason: "credentials_repeated" });
    found = new PresentedToken(value, source);
  }
  if (found === undefined) return refuse({ reason: "token_missing" });
  if (found.source.kind === "cookie" && !isSameOrigin(request)) return refuse({ reason: "cross_site_request" });
  return pass(found);
}

/** The bearer token in the field's value; undefined when there is no field or its scheme is not Bearer. */
function readAuthorization(value: string | null): Result<string | undefined> {
  if (value === null) return pass(undefined);
  const bearer = /^bearer(?![\w!#$%&'*+.^`|~-])/i.test(value);
  // The runtime joins repeated fields with a comma, which no b64token has.
  if (bearer ? value.includes(",") : /,\s*bearer(?![\w!#$%&'*+.^`|~-])/i.test(value)) {
    return refuse({ reason: "credentials_repeated" });
  }
  if (!bearer) return pass(undefined);
  const token = value.slice("bearer".length).replace(/^ +/, "");
  if (token.length > MAX_TOKEN_LENGTH) return refuse({ reason: "token_too_large" });
  if (value[6] !== " " || !/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return refuse({ reason: "credentials_malformed" });
  return pass(token);
}

function headerValues(request: AccessRequest, name: string): string[] {
  const value = request.header(name);
  return value === null || value === "" ? [] : value.split(",");
}

/**
 * All values of the cookie of this name (RFC 6265 §4.2.1); more than one means that somebody planted another. Repeated `Cookie`
 * fields arrive joined by a comma.
 */
function cookieValues(request: AccessRequest, name: string): string[] {
  const values: string[] = [];
  for (const pair of (request.header("cookie") ?? "").split(/[;,]/)) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim());
  }
  return values.filter((value) => value !== "");
}

/**
 * Cookies travel with requests that other sites cause. Safe methods may do that; any other, and every upgrade (a WebSocket
 * handshake is a GET), must show that it comes from this very origin.
 */
function isSameOrigin(request: AccessRequest): boolean {
  const safe = request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS";
  if (safe && request.header("upgrade") === null) return true;
  const origin = request.header("origin");
  const site = request.header("sec-fetch-site");
  if (origin === null && site === null) return false;
  if (origin !== null && origin !== `${request.scheme}://${request.host}`) return false;
  return site === null || site === "same-origin";
}
