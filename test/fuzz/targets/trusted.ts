import { constants, createHmac, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

/** A key that the targets' guard trusts, or one that it does not. Nothing here is of Jotgate: it is what its answers are held against. */
export interface Signer {
  readonly algorithm: "ES256" | "RS256" | "PS256" | "EdDSA" | "HS256";
  readonly issuer: string;
  readonly keyId: string;
  readonly publicJwk: Record<string, unknown>;
  sign(signingInput: string): string;
  verify(signingInput: string, signature: string): boolean;
}

/** The moment at which the targets take place, as a NumericDate. */
export const NOW = 1_800_000_000;

export const SECRET = "a shared secret of the fuzzer, 32+ bytes";
export const AUDIENCE = "https://api.example";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pss = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed = generateKeyPairSync("ed25519");

export const SIGNERS: Readonly<Record<string, Signer>> = {
  es: asymmetric("ES256", "https://es.example", "es-1", ec, "sha256", { dsaEncoding: "ieee-p1363" }),
  rs: asymmetric("RS256", "https://rs.example", "rs-1", rsa, "sha256", {}),
  ps: asymmetric("PS256", "https://rs.example", "ps-1", pss, "sha256", {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  }),
  ed: asymmetric("EdDSA", "https://ed.example", "ed-1", ed, null, {}),
  hs: symmetric("https://hs.example", SECRET),
  // A key that nobody trusts, under a name that somebody does.
  stranger: asymmetric("ES256", "https://es.example", "es-1", stranger, "sha256", { dsaEncoding: "ieee-p1363" }),
};

/** Keys whose signatures count. */
export const TRUSTED: readonly Signer[] = ["es", "rs", "ps", "ed", "hs"].map((name) => SIGNERS[name] as Signer);

/** Settings of a guard that trusts them. */
export const ISSUERS: readonly Record<string, unknown>[] = [
  {
    issuer: "https://es.example",
    audiences: [AUDIENCE],
    algorithms: ["ES256"],
    keys: keysOf("es"),
    tokenVersionClaim: "ver",
  },
  {
    issuer: "https://rs.example",
    audiences: [AUDIENCE, "other"],
    algorithms: ["RS256", "PS256"],
    keys: keysOf("rs", "ps"),
    acceptedTypes: ["at+jwt"],
    maxAge: 600,
  },
  {
    issuer: "https://ed.example",
    audiences: false,
    algorithms: ["EdDSA"],
    keys: keysOf("ed"),
    tokenIdClaim: false,
    subjectClaim: ["user", "id"],
    tokenSources: ["authorization", { cookie: "session" }],
  },
  {
    issuer: "https://hs.example",
    audiences: [AUDIENCE],
    algorithms: ["HS256"],
    sharedSecret: "HMAC",
    clients: ["app"],
    tokenSources: [{ header: "X-Token" }],
  },
];

function keysOf(...names: readonly string[]) {
  return names.map((name) => SIGNERS[name]?.publicJwk);
}

function asymmetric(
  algorithm: Signer["algorithm"],
  issuer: string,
  keyId: string,
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  hash: string | null,
  options: { dsaEncoding?: "ieee-p1363"; padding?: number; saltLength?: number },
): Signer {
  return {
    ...{ algorithm, issuer, keyId },
    publicJwk: { ...publicKey.export({ format: "jwk" }), kid: keyId, alg: algorithm },
    sign: (input) => sign(hash, Buffer.from(input), { key: privateKey, ...options }).toString("base64url"),
    verify: (input, signature) =>
      verify(hash, Buffer.from(input), { key: publicKey, ...options }, Buffer.from(signature, "base64url")),
  };
}

function symmetric(issuer: string, secret: string): Signer {
  const mac = (input: string) => createHmac("sha256", secret).update(input).digest("base64url");
  return {
    ...{ algorithm: "HS256", issuer, keyId: "hs-1", publicJwk: {} },
    sign: mac,
    verify: (input, signature) => mac(input) === signature,
  };
}
