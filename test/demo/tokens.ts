import { SignJWT } from "jose";
import type { IssuerEnvironment } from "./environment.ts";
import { readInteger, readText, refuseOthers } from "./parameters.ts";
import type { SigningKey } from "./signing-key.ts";
import { currentVersion } from "./user-versions.ts";

/** Lifetimes may be longer than what the guard accepts (`maxLifetime`), so that its refusal can be seen, too. */
const LONGEST_LIFETIME = 31_536_000;

/** Signs an access token (RFC 9068) with whatever was asked for. */
export async function issueToken(asked: URLSearchParams, key: SigningKey, env: IssuerEnvironment): Promise<string> {
  refuseOthers(asked, ["sub", "scope", "lifetime", "version", "session"]);
  const sub = readText(asked, "sub");
  const lifetime = readInteger(asked, "lifetime", 1, LONGEST_LIFETIME, 300);
  const scope = asked.get("scope") ?? "";
  const version = readInteger(
    asked,
    "version",
    0,
    Number.MAX_SAFE_INTEGER,
    await currentVersion(env.ISSUER_STATE, sub),
  );
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: env.ISSUER,
    aud: env.AUDIENCE,
    sub,
    client_id: "demo-client",
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + lifetime,
    token_version: version,
    ...(scope !== "" && { scope }),
    ...(asked.has("session") && { sid: readText(asked, "session") }),
  };
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: key.keyId, typ: "at+jwt" }).sign(key.privateKey);
}
