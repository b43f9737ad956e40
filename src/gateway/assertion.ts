import type { AssertionSettings } from "../model/forwarding.ts";
import type { VerifiedToken } from "../model/token.ts";
import { toBase64url } from "../platform/base64url.ts";

/** Seconds for which an assertion can be used: longer than any clock difference, shorter than anything worth stealing. */
const LIFETIME = 60;

/** ES256 (RFC 7518 §3.4): every JWT library verifies it, and it is quick to sign. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** The public half of the signing key, as the origin gets it. */
interface PublicJwk {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: "ES256";
  readonly use: "sig";
}

/**
 * Signs what the origin is told, so that an origin which the public can reach may tell requests that came through the guard from
 * others. The assertion is a JWT of type `jotgate-assertion+jwt`; its `sub` is absent for requests without a token.
 */
export class AssertionSigner {
  readonly #settings: AssertionSettings;
  readonly #key: CryptoKey;
  readonly #header: string;
  /** JWK Set (RFC 7517 §5) with the public key, for the origin. */
  readonly jwks: { readonly keys: readonly PublicJwk[] };

  private constructor(settings: AssertionSettings, key: CryptoKey, publicJwk: PublicJwk) {
    this.#settings = settings;
    this.#key = key;
    this.#header = encodeJson({ alg: "ES256", kid: publicJwk.kid, typ: "jotgate-assertion+jwt" });
    this.jwks = { keys: [publicJwk] };
  }

  /**
   * @param key private P-256 JWK as JSON, with `kid`
   * @returns undefined when the text is no such key
   */
  static async create({
    key,
    ...settings
  }: AssertionSettings & { readonly key: string }): Promise<AssertionSigner | undefined> {
    try {
      const { kid, d, x, y } = JSON.parse(key) as Record<string, unknown>;
      if (![kid, d, x, y].every((member) => typeof member === "string" && member !== "")) return undefined;
      const publicJwk = { kty: "EC", crv: "P-256", x, y, kid, alg: "ES256", use: "sig" } as PublicJwk;
      const { kty, crv } = publicJwk;
      const jwk = { kty, crv, x, y, d } as JsonWebKey;
      return new AssertionSigner(
        settings,
        await crypto.subtle.importKey("jwk", jwk, ALGORITHM, false, ["sign"]),
        publicJwk,
      );
    } catch {
      return undefined;
    }
  }

  /**
   * @param token the caller; undefined for a request without one
   * @param now NumericDate in seconds
   */
  async sign(token: VerifiedToken | undefined, requestId: string, now: number): Promise<string> {
    const { issuer, audience } = this.#settings;
    const issuedAt = Math.floor(now);
    const identity = token && {
      sub: token.subject,
      token_issuer: token.issuer.issuer,
      scope: token.scopes.join(" "),
      client_id: token.client,
    };
    const claims = { iss: issuer, aud: audience, iat: issuedAt, exp: issuedAt + LIFETIME, jti: requestId, ...identity };
    const signingInput = `${this.#header}.${encodeJson(claims)}`;
    const signature = await crypto.subtle.sign(ALGORITHM, this.#key, new TextEncoder().encode(signingInput));
    return `${signingInput}.${toBase64url(new Uint8Array(signature))}`;
  }
}

function encodeJson(value: unknown): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}
