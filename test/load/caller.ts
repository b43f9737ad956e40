/** Who asks, as far as an origin is told. Empty texts are nobody. */
export interface Caller {
  readonly subject: string;
  readonly issuer: string;
}

export const NOBODY: Caller = { subject: "", issuer: "" };

/** Whom a token speaks of, by the claims that its maker put there. */
export function callerOf(token: string): Caller {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return { subject: String(claims.sub), issuer: String(claims.iss) };
}
