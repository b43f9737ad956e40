import type { VerificationKey } from "../model/key-source.ts";
import type { PresentedToken } from "../model/token.ts";

/**
 * True when the JWS signature holds (RFC 7515 §5.2) under this key and the one algorithm that the key is bound to. A key of
 * another algorithm never gets to see the token.
 *
 * @param token one that `parseToken` let through: three segments, each base64url in its only spelling
 */
export function verifySignature(
  token: PresentedToken,
  algorithm: string,
  key: VerificationKey,
): boolean | Promise<boolean> {
  if (algorithm !== key.algorithm) return false;
  const text = token.reveal();
  const lastDot = text.lastIndexOf(".");
  return key.verify(text.slice(0, lastDot), text.slice(lastDot + 1));
}
