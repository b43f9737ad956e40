import type { SignatureAlgorithm } from "../model/trusted-issuer.ts";

/** A JWS algorithm in the words of JWK and WebCrypto: parameters to import its keys with, and to verify with. */
export interface JwsAlgorithm {
  /** `kty` of its keys. */
  readonly kty: "RSA" | "EC" | "OKP" | "oct";
  /** `crv` of its keys, if the type has curves. */
  readonly namedCurve?: string;
  readonly name: string;
  readonly hash?: string;
  /** Octets of salt: as many as the hash has (RFC 7518 §3.5). */
  readonly saltLength?: number;
  /** Octets of every signature; absent for RSA, where the modulus decides. */
  readonly signatureLength?: number;
}

const ED25519 = { kty: "OKP", namedCurve: "Ed25519", name: "Ed25519", signatureLength: 64 } as const;

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. ECDSA signatures are both numbers in full length, never DER (RFC 7518 §3.4). */
export const JWS_ALGORITHMS: Readonly<Record<SignatureAlgorithm, JwsAlgorithm>> = {
  RS256: { kty: "RSA", name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  RS384: { kty: "RSA", name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" },
  RS512: { kty: "RSA", name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" },
  PS256: { kty: "RSA", name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
  PS384: { kty: "RSA", name: "RSA-PSS", hash: "SHA-384", saltLength: 48 },
  PS512: { kty: "RSA", name: "RSA-PSS", hash: "SHA-512", saltLength: 64 },
  ES256: { kty: "EC", namedCurve: "P-256", name: "ECDSA", hash: "SHA-256", signatureLength: 64 },
  ES384: { kty: "EC", namedCurve: "P-384", name: "ECDSA", hash: "SHA-384", signatureLength: 96 },
  ES512: { kty: "EC", namedCurve: "P-521", name: "ECDSA", hash: "SHA-512", signatureLength: 132 },
  EdDSA: ED25519,
  Ed25519: ED25519,
  HS256: { kty: "oct", name: "HMAC", hash: "SHA-256", signatureLength: 32 },
  HS384: { kty: "oct", name: "HMAC", hash: "SHA-384", signatureLength: 48 },
  HS512: { kty: "oct", name: "HMAC", hash: "SHA-512", signatureLength: 64 },
};
