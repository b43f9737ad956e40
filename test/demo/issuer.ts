/**
 * FOR LOCAL DEMONSTRATION ONLY. An issuer that signs a token for anybody who asks, as whoever they like, and revokes for
 * anybody as well. Never deploy it.
 *
 * It plays two parts: the issuer (keys, discovery, tokens), and your backend that revokes, which shares nothing with the guard
 * but a KV namespace and REVOCATION_KEY.
 */
import type { IssuerEnvironment } from "./environment.ts";
import { BadRequest } from "./parameters.ts";
import { raiseMinimumVersion, revokeToken } from "./revoke.ts";
import { type SigningKey, signingKey } from "./signing-key.ts";
import { issueToken } from "./tokens.ts";

export default {
  async fetch(request: Request, env: IssuerEnvironment): Promise<Response> {
    try {
      return await answer(request, new URL(request.url), env);
    } catch (error) {
      if (error instanceof BadRequest) return text(400, `${error.message}\n`);
      throw error;
    }
  },
};

async function answer(request: Request, url: URL, env: IssuerEnvironment): Promise<Response> {
  const key = await signingKey(env.ISSUER_STATE);
  switch (`${request.method} ${url.pathname}`) {
    case "GET /.well-known/openid-configuration":
      return Response.json(metadata(env.ISSUER));
    case "GET /jwks.json":
      return Response.json({ keys: [key.publicJwk] });
    case "GET /token":
      return text(200, await issueToken(url.searchParams, key, env));
    case "POST /revoke":
      return await revoke(request, url, key, env);
    case "POST /raise":
      return json(await raiseMinimumVersion(url.searchParams, env));
    default:
      return text(404, `${USAGE}\n`);
  }
}

async function revoke(request: Request, url: URL, key: SigningKey, env: IssuerEnvironment): Promise<Response> {
  // URLs end up in logs and histories (RFC 6750 §5.3).
  if (url.search !== "") throw new BadRequest("Send the token as the form field token, never in the URL.");
  const form = new URLSearchParams(await request.text());
  return json(await revokeToken(form, key, env));
}

/** Discovery document (OpenID Connect Discovery 1.0 §3), as far as a verifier of access tokens reads it. */
function metadata(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks.json`,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    response_types_supported: ["token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  };
}

const USAGE = `This is the demo issuer. It answers:
  GET  /.well-known/openid-configuration
  GET  /jwks.json
  GET  /token?sub=alice                      as well: scope, lifetime (seconds), version, session
  POST /revoke with the form field token     as well: why
  POST /raise?sub=alice                      as well: minimum, why`;

/** For people at a terminal. */
function json(written: unknown): Response {
  return new Response(`${JSON.stringify(written, null, 2)}\n`, { headers: { "content-type": "application/json" } });
}

function text(status: number, body: string): Response {
  return new Response(body, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
