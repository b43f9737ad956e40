import { compactVerify } from "jose";
import { JOSEError } from "jose/errors";
import type { VerificationKey } from "../model/key-source.ts";
import type { PresentedToken } from "../model/token.ts";

/**
 * True when the JWS signature holds (RFC 7515 §5.2) under this key and the one algorithm that the key is bound to. A key of
 * another algorithm never gets to see the token.
 */
export async function verifySignature(
  token: PresentedToken,
  algorithm: string,
  { key, algorithm: boundTo }: VerificationKey,
): Promise<boolean> {
  if (algorithm !== boundTo) return false;
  try {
    await compactVerify(token.reveal(), key, { algorithms: [boundTo] });
    return true;
  } catch (error) {
    // Jose refuses with errors of its own; anything else is a defect, and a defect must not look like a bad token.
    if (error instanceof JOSEError) return false;
    throw error;
  }
}
