import { createLocalJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { bearerToken } from "./bearer-token.ts";
import type { PeerEnvironment } from "./environment.ts";

let keys: JWTVerifyGetKey | undefined;

/**
 * The guard that most people write: jose, then one KV key per token and one per user, both asked for at once.
 *
 * @returns undefined for a token that is no good or revoked
 */
export async function checkWithJose(request: Request, env: PeerEnvironment): Promise<JWTPayload | undefined> {
  keys ??= createLocalJWKSet({ keys: env.JWKS.keys.map((key) => ({ ...key, kty: "EC" })) });
  let payload: JWTPayload;
  try {
    ({ payload } = await jwtVerify(bearerToken(request), keys, {
      issuer: env.ISSUER,
      audience: env.AUDIENCE,
      algorithms: ["ES256"],
    }));
  } catch {
    return undefined;
  }
  const [revoked, version] = await Promise.all([
    env.KV.get(`revoked:${payload.jti}`),
    env.KV.get(`version:${payload.sub}`),
  ]);
  return revoked === null && Number(version ?? 0) <= Number(payload["token_version"] ?? 0) ? payload : undefined;
}
