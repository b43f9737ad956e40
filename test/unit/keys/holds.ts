import type { VerificationKey } from "../../../src/model/key-source.ts";

/** Whether a key verifies the signature of a JWS in compact serialization. */
export function holds(key: VerificationKey, token: string): Promise<boolean> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return key.verify(`${header}.${payload}`, signature);
}
