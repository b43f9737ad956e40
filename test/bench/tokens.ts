import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from "node:crypto";

export const ISSUER = "https://id.bench.example/";
export const AUDIENCE = "https://api.bench.example";
const KEY_ID = "bench-1";

/** Seconds; longer than any run. */
const LIFETIME = 6 * 3600;

/** Makes ES256 tokens of some 800 bytes, good ones and bad ones, with a key of this run. */
export class TokenFactory {
  readonly jwks: { readonly keys: readonly object[] };
  readonly #key: KeyObject;
  #users = 0;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    this.jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID, alg: "ES256", use: "sig" }] };
  }

  /** A token of a user of its own that no check finds fault with. */
  good(): string {
    const signed = this.#signingInput(KEY_ID);
    return `${signed}.${sign("sha256", Buffer.from(signed), { key: this.#key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  }

  /** As good in every respect, but signed by nobody. It takes the whole verification to find out. */
  forged(): string {
    return `${this.#signingInput(KEY_ID)}.${randomBytes(64).toString("base64url")}`;
  }

  /** Names a key that the issuer never had. */
  unknownKey(): string {
    return `${this.#signingInput(randomUUID())}.${randomBytes(64).toString("base64url")}`;
  }

  /** Texts that are no tokens, of all kinds in turn. */
  malformed(turn: number): string {
    const [header = "", payload = "", signature = ""] = this.forged().split(".");
    const kinds = [
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.${signature}`,
      `${header}.${payload}.`,
      `${payload}.${payload}.${signature}`,
      `${header.slice(0, -8)}.${payload}.${signature}`,
      `${header}.${payload.slice(0, 400)}~${payload.slice(401)}.${signature}`,
      randomBytes(600).toString("base64url"),
      `${encode('{"alg":"none"}')}.${payload}.`,
    ];
    return kinds[turn % kinds.length] ?? "";
  }

  #signingInput(keyId: string): string {
    const now = Math.floor(Date.now() / 1000);
    this.#users += 1;
    const user = String(this.#users).padStart(8, "0");
    const header = { alg: "ES256", typ: "JWT", kid: keyId };
    const claims = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: `user-${user}`,
      jti: randomUUID(),
      sid: `session-${user}`,
      iat: now,
      exp: now + LIFETIME,
      scope: "items:read items:write",
      client_id: "web-application",
      name: `Someone With A Name ${user}`,
      email: `someone.${user}@users.bench.example`,
      groups: ["readers", "writers", "reviewers", "europe-west"],
      tenant: "0a8f4c1e-55f2-4f0e-9a51-b3f6c7d8e9f0",
    };
    return `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}
