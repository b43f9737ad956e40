import { SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { verifySignature } from "../../../src/authorize/verify-signature.ts";
import { importSecret } from "../../../src/keys/import-keys.ts";
import type { KeySource, VerificationKey } from "../../../src/model/key-source.ts";
import { PresentedToken } from "../../../src/model/token.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, keysFor, settingsFor } from "../support.ts";
import { NOW } from "./guard.ts";

const ALGORITHMS = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

const issuers = new Map<string, TestIssuer>();
beforeAll(async () => {
  for (const algorithm of ALGORITHMS) {
    issuers.set(algorithm, await TestIssuer.create("https://issuer.example", algorithm));
  }
}, 60_000);

function issuerOf(algorithm: string): TestIssuer {
  const issuer = issuers.get(algorithm);
  if (issuer === undefined) throw new Error(algorithm);
  return issuer;
}

async function keyOf(issuer: TestIssuer): Promise<VerificationKey> {
  const settings = settingsFor(configFor(issuer));
  const keys: KeySource = await keysFor(settings);
  const [trusted] = settings.rules.issuers.values();
  if (trusted === undefined) throw new Error("no issuer");
  const lookup = await keys.findKey(trusted, issuer.algorithm, issuer.keyId, NOW);
  if (lookup.status !== "found") throw new Error(lookup.status);
  return lookup.key;
}

function presented(text: string): PresentedToken {
  return new PresentedToken(text, { kind: "authorization" });
}

describe.each(ALGORITHMS)("%s", (algorithm) => {
  let key: VerificationKey;
  let token: string;
  beforeAll(async () => {
    key = await keyOf(issuerOf(algorithm));
    token = await issuerOf(algorithm).sign();
  });

  const verify = (text: string) => verifySignature(presented(text), algorithm, key);

  it("holds for a token of this key", async () => {
    expect(await verify(token)).toBe(true);
  });

  it("does not hold for a token of another key", async () => {
    const other = await TestIssuer.create("https://issuer.example", algorithm);
    expect(await verify(await other.sign())).toBe(false);
  }, 30_000);

  it("does not hold once the payload is another's", async () => {
    const [header, , signature] = token.split(".");
    const [, payload] = (await issuerOf(algorithm).sign()).split(".");
    expect(await verify(`${header}.${payload}.${signature}`)).toBe(false);
  });

  it("does not hold once one bit of the signature changed", async () => {
    const [header, payload, signature = ""] = token.split(".");
    const first = signature.startsWith("A") ? "B" : "A";
    expect(await verify(`${header}.${payload}.${first}${signature.slice(1)}`)).toBe(false);
  });

  it.each([
    ["no octets", ""],
    ["one octet", "AA"],
    ["zeros", "A".repeat(86)],
    ["many octets", "AAAA".repeat(2000)],
  ])("does not hold, and does not throw, for a signature of %s", async (_what, signature) => {
    const [header, payload] = token.split(".");
    expect(await verify(`${header}.${payload}.${signature}`)).toBe(false);
  });

  it("does not hold with octets behind the signature", async () => {
    const [header, payload, signature = ""] = token.split(".");
    const bytes = atob(signature.replaceAll("-", "+").replaceAll("_", "/"));
    const longer = btoa(`${bytes}\0`).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    expect(await verify(`${header}.${payload}.${longer}`)).toBe(false);
  });

  it("never shows the key a token of another algorithm", async () => {
    for (const other of ["none", "HS256", ...ALGORITHMS.filter((name) => name !== algorithm)]) {
      expect(await verifySignature(presented(token), other, key)).toBe(false);
    }
  });

  it("believes the bound algorithm and not the header", async () => {
    const other = algorithm === "ES256" ? "ES384" : "ES256";
    const foreign = await issuerOf(other).sign();
    expect(await verifySignature(presented(foreign), algorithm, key)).toBe(false);
  });
});

describe.each([
  ["HS256", 32],
  ["HS384", 48],
  ["HS512", 64],
] as const)("%s", (algorithm, length) => {
  const secret = crypto.getRandomValues(new Uint8Array(length));

  it("holds for a token of this secret and for no other", async () => {
    const key = await importSecret(secret, algorithm);
    const token = await hmacToken(algorithm, secret);
    expect(await verifySignature(presented(token), algorithm, key)).toBe(true);
    const other = await hmacToken(algorithm, crypto.getRandomValues(new Uint8Array(length)));
    expect(await verifySignature(presented(other), algorithm, key)).toBe(false);
  });

  it("does not hold for a shortened signature", async () => {
    const key = await importSecret(secret, algorithm);
    const token = await hmacToken(algorithm, secret);
    expect(await verifySignature(presented(token.slice(0, -4)), algorithm, key)).toBe(false);
  });
});

async function hmacToken(algorithm: string, secret: Uint8Array): Promise<string> {
  return new SignJWT({ sub: "alice" }).setProtectedHeader({ alg: algorithm }).sign(secret);
}

it("lets a defect through as what it is", async () => {
  const defect = new TypeError("the runtime has no such algorithm");
  const broken: VerificationKey = { keyId: undefined, algorithm: "ES256", verify: () => Promise.reject(defect) };
  const token = await issuerOf("ES256").sign();
  await expect(verifySignature(presented(token), "ES256", broken)).rejects.toBe(defect);
});
