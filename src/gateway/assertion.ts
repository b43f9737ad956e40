import { CompactSign, type JWK } from "jose";
import type { AssertionSettings } from "../model/forwarding.ts";
import type { VerifiedToken } from "../model/token.ts";

/** Seconds for which an assertion can be used: longer than any clock difference, shorter than anything worth stealing. */
const LIFETIME = 60;

/** Algorithms that an origin can verify with a public key. */
const ALGORITHMS: ReadonlySet<string> = new Set(["ES256", "ES384", "EdDSA", "Ed25519", "RS256", "PS256"]);

/**
 * Signs what the origin is told, so that an origin which the public can reach may tell requests that came through the guard from
 * others. The assertion is a JWT of type `jotgate-assertion+jwt`; its `sub` is absent for requests without a token.
 */
export class AssertionSigner {
  readonly #settings: AssertionSettings;
  readonly #key: JWK;
  readonly #header: { readonly alg: string; readonly kid: string };
  /** JWK Set (RFC 7517 §5) with the public key, for the origin. */
  readonly jwks: { readonly keys: readonly JWK[] };

  private constructor(settings: AssertionSettings, jwk: JWK & { alg: string; kid: string }) {
    this.#settings = settings;
    this.#key = jwk;
    this.#header = { alg: jwk.alg, kid: jwk.kid };
    const { kty, crv, x, y, n, e, alg, kid } = jwk;
    const members = Object.entries({ kty, crv, x, y, n, e, alg, kid, use: "sig" });
    this.jwks = { keys: [Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JWK] };
  }

  /**
   * @param key private JWK as JSON, with `alg` and `kid`
   * @returns undefined when the text is no such key
   */
  static async create({
    key,
    ...settings
  }: AssertionSettings & { readonly key: string }): Promise<AssertionSigner | undefined> {
    try {
      const jwk = JSON.parse(key) as JWK & { alg: string; kid: string };
      if (!ALGORITHMS.has(jwk.alg) || typeof jwk.kid !== "string" || typeof jwk.d !== "string") return undefined;
      const signer = new AssertionSigner(settings, jwk);
      // Whether it is a key of its algorithm shows when it is used.
      await signer.sign(undefined, "", 0);
      return signer;
    } catch {
      return undefined;
    }
  }

  /**
   * @param token the caller; undefined for a request without one
   * @param now NumericDate in seconds
   */
  sign(token: VerifiedToken | undefined, requestId: string, now: number): Promise<string> {
    const issuedAt = Math.floor(now);
    const identity = token && {
      sub: token.subject,
      token_issuer: token.issuer.issuer,
      scope: token.scopes.join(" "),
      ...(token.client !== undefined && { client_id: token.client }),
    };
    const { issuer, audience } = this.#settings;
    const claims = { iss: issuer, aud: audience, iat: issuedAt, exp: issuedAt + LIFETIME, jti: requestId, ...identity };
    return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ ...this.#header, typ: "jotgate-assertion+jwt" })
      .sign(this.#key);
  }
}
