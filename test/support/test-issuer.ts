import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** An issuer for tests: real keys, real signatures. Times are NumericDates in seconds. */
export class TestIssuer {
  readonly issuer: string;
  readonly algorithm: string;
  readonly keyId: string;
  readonly publicJwk: JWK & Record<string, unknown>;
  readonly privateKey: CryptoKey;

  private constructor(issuer: string, algorithm: string, keyId: string, publicJwk: JWK, privateKey: CryptoKey) {
    this.issuer = issuer;
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.publicJwk = { ...publicJwk, kid: keyId, alg: algorithm, use: "sig" };
    this.privateKey = privateKey;
  }

  static async create(issuer = "https://issuer.example", algorithm = "ES256", keyId = "key-1"): Promise<TestIssuer> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    return new TestIssuer(issuer, algorithm, keyId, await exportJWK(publicKey), privateKey);
  }

  /**
   * Claims that pass with the default configuration: audience `https://api.example`, subject `alice`, a unique token id,
   * issued at `now`, expiring 300 s later. Members set to undefined are left out.
   */
  claims(
    overrides: Record<string, unknown> = {},
    now: number = Math.floor(Date.now() / 1000),
  ): Record<string, unknown> {
    const claims = {
      iss: this.issuer,
      aud: "https://api.example",
      sub: "alice",
      jti: crypto.randomUUID(),
      iat: now,
      exp: now + 300,
      ...overrides,
    };
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  }

  /** Signs claims with this issuer's key; `header` members override the usual `alg`, `kid` and `typ`. */
  sign(claims: Record<string, unknown> = this.claims(), header: Record<string, unknown> = {}): Promise<string> {
    const full = { alg: this.algorithm, kid: this.keyId, typ: "at+jwt", ...header };
    const present = Object.fromEntries(Object.entries(full).filter(([, value]) => value !== undefined));
    return new SignJWT(claims).setProtectedHeader(present as { alg: string }).sign(this.privateKey);
  }
}

/** A JWS in compact serialization with any header and payload text and a signature of zeros. For tokens no library would make. */
export function forge(header: unknown, payload: unknown, signature = "A".repeat(86)): string {
  const encode = (part: unknown) => toBase64url(typeof part === "string" ? part : JSON.stringify(part));
  return `${encode(header)}.${encode(payload)}.${signature}`;
}

export function toBase64url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
