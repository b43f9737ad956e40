import type { Operator } from "../model/operator.ts";

/**
 * Finds the operator whose secret stands in `Authorization: Bearer …` (RFC 6750 §2.1). Secrets are long and random, so one
 * SHA-256 is enough to keep them; all hashes are compared, each in constant time, so that timing tells nothing.
 */
export async function authenticate(request: Request, operators: readonly Operator[]): Promise<Operator | undefined> {
  const secret = /^Bearer ([A-Za-z0-9._~+/-]{32,256}=*)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (secret === undefined) return undefined;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)));
  let found: Operator | undefined;
  for (const operator of operators) {
    if (crypto.subtle.timingSafeEqual(hash, bytesOf(operator.secretHash))) found = operator;
  }
  return found;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}
