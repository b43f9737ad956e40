import { JWS_ALGORITHMS } from "../../../src/keys/jws-algorithms.ts";
import type { SignatureAlgorithm } from "../../../src/model/trusted-issuer.ts";
import { toBase64url } from "../../../src/platform/base64url.ts";
import type { TestIssuer } from "../../support/test-issuer.ts";

/** Signs two segments as they stand, whatever they say: what no library would sign. */
export async function signSegments(issuer: TestIssuer, header: string, payload: string): Promise<string> {
  const data = new TextEncoder().encode(`${header}.${payload}`);
  const parameters = JWS_ALGORITHMS[issuer.algorithm as SignatureAlgorithm];
  const signature = await crypto.subtle.sign(parameters, issuer.privateKey as CryptoKey, data);
  return `${header}.${payload}.${toBase64url(new Uint8Array(signature))}`;
}
