import { isObject } from "../model/json-values.ts";
import { isLoopback } from "../model/loopback.ts";
import { parseSecureUrl } from "../platform/secure-url.ts";
import { fetchJson, HttpStatusError } from "./fetch-json.ts";

/**
 * Finds an issuer's JWK Set: OpenID Connect Discovery 1.0 §4 first, RFC 8414 §3 where that document does not exist. The
 * document has to name exactly this issuer (RFC 8414 §3.3). Rejects with an `Error` that says what was wrong.
 */
export async function discoverJwksUri(issuer: string, signal: AbortSignal): Promise<string> {
  const metadata = await fetchMetadata(issuer, signal);
  if (!isObject(metadata)) throw new Error("metadata is not an object");
  const { issuer: named, jwks_uri: uri } = metadata;
  if (named !== issuer) throw new Error("metadata names another issuer");
  const url = typeof uri === "string" ? parseSecureUrl(uri) : undefined;
  // An issuer elsewhere must not send the guard to this machine.
  const isLocal = url?.protocol === "http:" && !isLoopback(new URL(issuer).hostname);
  if (url === undefined || isLocal) throw new Error("metadata has no jwks_uri that is safe to use");
  return url.href;
}

async function fetchMetadata(issuer: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await fetchJson(openidConfigurationUrl(issuer), "application/json", signal);
  } catch (error) {
    if (!(error instanceof HttpStatusError) || error.status < 400 || error.status > 499) throw error;
    return await fetchJson(authorizationServerUrl(issuer), "application/json", signal);
  }
}

/** Appended to the issuer's path (OpenID Connect Discovery 1.0 §4.1). */
function openidConfigurationUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

/** Put between host and path (RFC 8414 §3.1). */
function authorizationServerUrl(issuer: string): string {
  const url = new URL(issuer);
  return `${url.origin}/.well-known/oauth-authorization-server${url.pathname.replace(/\/$/, "")}`;
}
