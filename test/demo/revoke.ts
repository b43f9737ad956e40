import { errors, jwtVerify } from "jose";
import { RecordNamer } from "../../src/revocation/record-name.ts";
import type { IssuerEnvironment } from "./environment.ts";
import { BadRequest, readInteger, readText, refuseOthers } from "./parameters.ts";
import type { SigningKey } from "./signing-key.ts";
import { currentVersion, versionKey } from "./user-versions.ts";

/*
 * What your backend does to revoke: it derives the name of a record and writes a value, as docs/revocation-records.md says.
 * Yours would first find out who asks and whether they may.
 */

/** Seconds: the guard's `clockTolerance` and `maxLifetime`, which its configuration leaves at their defaults. */
const CLOCK_TOLERANCE = 60;
const MAX_LIFETIME = 86_400;
/** Seconds that KV keeps a record beyond its end, for KV's clock is not the guard's. */
const SPARE = 60;
/** KV takes no shorter expiry, in seconds. */
const LEAST_TTL = 60;

/** Revokes one token of this issuer, until it would no longer be accepted anyway. */
export async function revokeToken(form: URLSearchParams, key: SigningKey, env: IssuerEnvironment) {
  refuseOthers(form, ["token", "why"]);
  const token = form.get("token") ?? "";
  if (token === "") throw new BadRequest("Send the token as the form field token: curl --data token=…");
  const { jti, exp } = await verify(token, key, env);
  const now = Math.floor(Date.now() / 1000);
  const until = exp + CLOCK_TOLERANCE;
  const record = {
    format: 1,
    revoked: true,
    until,
    by: "demo issuer",
    why: form.get("why") ?? "revoked by hand",
    at: now,
  };
  const namer = await RecordNamer.create(env.REVOCATION_KEY);
  const name = await namer.name("token", env.ISSUER, jti);
  const expirationTtl = Math.max(until + SPARE - now, LEAST_TTL);
  await env.REVOCATIONS.put(name, JSON.stringify(record), { expirationTtl });
  return { name, record };
}

/** Raises the minimum token version that a subject's tokens need, by one unless told how far. Never lowers it. */
export async function raiseMinimumVersion(asked: URLSearchParams, env: IssuerEnvironment) {
  refuseOthers(asked, ["sub", "minimum", "why"]);
  const subject = readText(asked, "sub");
  const version = await currentVersion(env.ISSUER_STATE, subject);
  const minimum = readInteger(asked, "minimum", 0, Number.MAX_SAFE_INTEGER, version + 1);
  const raised = Math.max(minimum, version);
  await env.ISSUER_STATE.put(versionKey(subject), String(raised));

  const namer = await RecordNamer.create(env.REVOCATION_KEY);
  const name = await namer.name("subject", env.ISSUER, subject);
  // Read and write are two steps and KV cannot compare and set: with several writers, let one of them do all the raising.
  const current = readCurrent(await env.REVOCATIONS.get(name));
  const now = Math.floor(Date.now() / 1000);
  const until = now + MAX_LIFETIME + 2 * CLOCK_TOLERANCE;
  const record = {
    format: 1,
    // The other restriction that this record can hold goes on as it was.
    ...(current.issuedBefore !== undefined && { issuedBefore: current.issuedBefore }),
    minimumTokenVersion: Math.max(raised, current.minimumTokenVersion ?? 0),
    until: Math.max(until, current.until ?? until),
    by: "demo issuer",
    why: asked.get("why") ?? "raised by hand",
    at: now,
  };
  await env.REVOCATIONS.put(name, JSON.stringify(record), { expirationTtl: record.until + SPARE - now });
  return { name, record };
}

interface SubjectRecord {
  readonly issuedBefore?: number;
  readonly minimumTokenVersion?: number;
  readonly until?: number;
}

/** What the record says now; a record that does not parse is somebody's mistake and must not be written over unseen. */
function readCurrent(value: string | null): SubjectRecord {
  return value === null ? {} : (JSON.parse(value) as SubjectRecord);
}

/** Only a token of this issuer's can be revoked here, and only one that still works. */
async function verify(
  token: string,
  { publicKey }: SigningKey,
  { ISSUER, AUDIENCE }: IssuerEnvironment,
): Promise<{ jti: string; exp: number }> {
  try {
    const { payload } = await jwtVerify(token, publicKey, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ["ES256"],
      typ: "at+jwt",
      requiredClaims: ["exp", "jti"],
      clockTolerance: CLOCK_TOLERANCE,
    });
    return { jti: String(payload.jti), exp: Number(payload.exp) };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new BadRequest("This token has expired: nothing to revoke.");
    if (error instanceof errors.JOSEError) throw new BadRequest("This is no token of this issuer.");
    throw error;
  }
}
