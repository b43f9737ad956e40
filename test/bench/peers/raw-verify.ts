import { bearerToken } from "./bearer-token.ts";
import type { PeerEnvironment } from "./environment.ts";
import { forward } from "./forward.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

let imported: Promise<ReadonlyMap<string, CryptoKey>> | undefined;

/**
 * A signature check and nothing that a guard has around it: one `subtle.verify`, `JSON.parse`, three claims compared. No
 * revocation, no routes, no careful reading of what may be hostile.
 */
export default {
  async fetch(request, env) {
    imported ??= importKeys(env);
    return (await isGood(bearerToken(request), await imported, env))
      ? forward(request, env.TARGET)
      : new Response("Unauthorized", { status: 401 });
  },
} satisfies ExportedHandler<PeerEnvironment>;

async function isGood(token: string, keys: ReadonlyMap<string, CryptoKey>, env: PeerEnvironment): Promise<boolean> {
  try {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const key = keys.get(readJson(header).kid);
    if (key === undefined) return false;
    const signed = new TextEncoder().encode(token.slice(0, header.length + 1 + payload.length));
    if (!(await crypto.subtle.verify(ALGORITHM, key, decode(signature), signed))) return false;
    const { iss, aud, exp } = readJson(payload);
    return iss === env.ISSUER && aud === env.AUDIENCE && exp > Date.now() / 1000;
  } catch {
    return false;
  }
}

async function importKeys({ JWKS }: PeerEnvironment): Promise<ReadonlyMap<string, CryptoKey>> {
  return new Map(
    await Promise.all(
      JWKS.keys.map(
        async (jwk) => [jwk.kid, await crypto.subtle.importKey("jwk", jwk, ALGORITHM, false, ["verify"])] as const,
      ),
    ),
  );
}

function readJson(part: string): Record<string, unknown> & { readonly kid: string; readonly exp: number } {
  return JSON.parse(new TextDecoder().decode(decode(part)));
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return (Uint8Array as unknown as Decoder).fromBase64(text, { alphabet: "base64url" });
}

/** The fastest way there is; the compiler's library does not know it yet. */
interface Decoder {
  fromBase64(text: string, options: { readonly alphabet: "base64url" }): Uint8Array<ArrayBuffer>;
}
