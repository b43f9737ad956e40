import type { AttackKey, AttackKeys } from "./keys.ts";

/** Addresses that differ from one runner to the other. */
export interface Places {
  readonly origin: string;
  /** Where `https://issuer.example` publishes its keys. */
  readonly jwksUri: string;
  /** Where `https://gone.example` would publish its keys, and nobody answers. */
  readonly deadUri: string;
}

/** The guard that all attacks are sent to. */
export function guardSettings(keys: AttackKeys, { origin, jwksUri, deadUri }: Places) {
  const audiences = ["https://api.example"];
  return {
    origin,
    issuers: [
      {
        issuer: "https://issuer.example",
        audiences,
        algorithms: ["ES256", "RS256", "PS256", "EdDSA", "ES384"],
        jwksUri,
        tokenVersionClaim: "ver",
      },
      {
        issuer: "https://other.example",
        audiences,
        algorithms: ["ES256"],
        keys: [published("other-es256", keys), published("other-only", keys)],
        acceptedTypes: ["at+jwt"],
        clients: ["shop"],
        requiredClaims: ["client_id"],
        maxAge: 600,
      },
      { issuer: "https://secret.example", audiences, algorithms: ["HS256"], sharedSecret: "SHARED_SECRET" },
      {
        issuer: "https://cookie.example",
        audiences,
        algorithms: ["ES256"],
        keys: [published("cookie-es256", keys)],
        tokenSources: [{ cookie: "session" }, { header: "X-Api-Token" }],
      },
      { issuer: "https://gone.example", audiences, algorithms: ["ES256"], jwksUri: deadUri },
    ],
    routes: [
      { path: "/public/*", access: "public" },
      { path: "/optional/*", access: "optional" },
      { path: "/mixed/private/*", access: "bearer" },
      { path: "/mixed/*", access: "public" },
      { path: "/exact/admin", access: "bearer" },
      { path: "/exact/*", access: "public" },
      { path: "/forms/*", methods: ["POST"], access: "bearer" },
      { path: "/forms/*", methods: ["GET"], access: "public" },
      { path: "/cors/*", methods: ["PUT"], access: "bearer", passPreflight: true },
      { path: "/read/*", methods: ["GET"], access: "bearer" },
      { path: "/admin/*", access: "bearer", scopes: ["admin"] },
      { path: "/editors/*", access: "bearer", claims: [{ claim: "role", equals: "editor" }] },
      { path: "/inherited/*", access: "bearer", claims: [{ claim: "toString", exists: true }] },
      { path: "/with-token/*", access: "bearer", forwardToken: true },
      { path: "/https/*", access: "bearer", requireHttps: true },
      { path: "/redirect/*", access: "bearer", requireHttps: "redirect" },
      { path: "/api/*", access: "bearer" },
    ],
    // The attacks come over a plain socket.
    requireHttps: false,
    identityHeaders: { claims: [{ claim: "role", header: "X-Role" }] },
  };
}

/** Secrets by name. */
export function guardSecrets(keys: AttackKeys): Readonly<Record<string, string>> {
  return { SHARED_SECRET: JSON.stringify(keyIn(keys, "hs256").jwk) };
}

/** What `https://issuer.example` publishes: what it signs with, and much that must not verify anything. */
export function publishedKeySet(keys: AttackKeys): Readonly<Record<string, unknown>> {
  const names = ["es256", "es384", "rs256", "ps256", "ed25519", "rsa-1024", "published-secret", "twice", "twice-too"];
  const { alg, ...withoutAlg } = published("rsa-without-alg", keys);
  return {
    keys: [
      ...names.map((name) => published(name, keys)),
      withoutAlg,
      { ...published("for-encryption", keys), use: "enc" },
      { ...published("not-for-verifying", keys), use: undefined, key_ops: ["sign"] },
      { ...published("published-private", keys), ...keyIn(keys, "published-private").privateJwk, key_ops: undefined },
      { kty: "unheard-of", kid: "es256" },
      null,
    ],
  };
}

/** Records that the revocation store has. */
export const RECORDS: readonly {
  readonly kind: "token" | "session" | "subject" | "issuer";
  /** Token id, session id or subject. */
  readonly value: string;
  readonly text: string;
}[] = [
  { kind: "token", value: "revoked-token", text: '{"format":1,"revoked":true}' },
  { kind: "token", value: "empty-record", text: "" },
  { kind: "token", value: "unreadable-record", text: "revoked" },
  { kind: "session", value: "revoked-session", text: '{"format":1,"revoked":true}' },
  { kind: "subject", value: "raised", text: '{"format":1,"minimumTokenVersion":5}' },
  { kind: "subject", value: "cut-off", text: '{"format":1,"issuedBefore":1800000000}' },
];

/** All of them concern this issuer's tokens. */
export const RECORDS_OF = "https://issuer.example";

function published(name: string, keys: AttackKeys): Record<string, unknown> {
  const { jwk, keyId, algorithm } = keyIn(keys, name);
  return { ...jwk, kid: keyId, alg: algorithm, use: "sig" };
}

function keyIn(keys: AttackKeys, name: string): AttackKey {
  const key = keys.get(name);
  if (key === undefined) throw new Error(`there is no key called ${name}`);
  return key;
}
