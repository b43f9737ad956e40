import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { AssertionSigner } from "../../../src/gateway/assertion.ts";
import { verified } from "./decisions.ts";

type Members = Record<string, unknown>;

const NOW = 1_800_000_000;
const SETTINGS = { issuer: "https://guard.example", audience: "https://origin.example" };

async function privateKey(algorithm = "ES256"): Promise<Members> {
  const { privateKey: key } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(key)), alg: algorithm, kid: "assertion-1" };
}

function create(key: unknown): Promise<AssertionSigner | undefined> {
  return AssertionSigner.create({ ...SETTINGS, key: typeof key === "string" ? key : JSON.stringify(key) });
}

async function signer(key?: Members): Promise<AssertionSigner> {
  const created = await create(key ?? (await privateKey()));
  if (created === undefined) throw new Error("the key was not accepted");
  return created;
}

/** What an origin does with an assertion, `age` seconds after it was made. */
function verify({ jwks }: AssertionSigner, assertion: string, age = 0) {
  return jwtVerify(assertion, createLocalJWKSet(jwks as JSONWebKeySet), {
    ...SETTINGS,
    typ: "jotgate-assertion+jwt",
    requiredClaims: ["iat", "exp", "jti"],
    currentDate: new Date((NOW + age) * 1000),
  });
}

describe("an assertion", () => {
  it("verifies with the published key", async () => {
    const created = await signer();
    const { protectedHeader } = await verify(created, await created.sign(undefined, "id", NOW));
    expect(protectedHeader).toEqual({ alg: "ES256", kid: "assertion-1", typ: "jotgate-assertion+jwt" });
  });

  it("says who calls, for which request", async () => {
    const created = await signer();
    const token = await verified({ sub: "用户 42", scope: "a b", client_id: "web" });
    const { payload } = await verify(created, await created.sign(token, "request-1", NOW + 0.9));
    expect(payload).toEqual({
      iss: "https://guard.example",
      aud: "https://origin.example",
      iat: NOW,
      exp: NOW + 60,
      jti: "request-1",
      sub: "用户 42",
      token_issuer: "https://issuer.example",
      scope: "a b",
      client_id: "web",
    });
  });

  it("names nobody for a request without a token", async () => {
    const created = await signer();
    const { payload } = await verify(created, await created.sign(undefined, "request-1", NOW));
    expect(Object.keys(payload).sort()).toEqual(["aud", "exp", "iat", "iss", "jti"]);
  });

  it("has no client for a token without one", async () => {
    const created = await signer();
    const { payload } = await verify(created, await created.sign(await verified(), "request-1", NOW));
    expect(payload).not.toHaveProperty("client_id");
  });

  it("is good for 60 seconds", async () => {
    const created = await signer();
    const assertion = await created.sign(undefined, "id", NOW);
    await expect(verify(created, assertion, 59)).resolves.toBeDefined();
    await expect(verify(created, assertion, 60)).rejects.toMatchObject({ code: "ERR_JWT_EXPIRED" });
  });

  it("does not verify with the key of another guard", async () => {
    const [mine, other] = [await signer(), await signer()];
    await expect(verify(other, await mine.sign(undefined, "id", NOW))).rejects.toMatchObject({
      code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    });
  });
});

it("the published JWK Set has only the public members of the key", async () => {
  const { jwks } = await signer({ ...(await privateKey()), note: "internal", key_ops: ["sign"] });
  expect(jwks.keys.map((key) => Object.keys(key).sort())).toEqual([["alg", "crv", "kid", "kty", "use", "x", "y"]]);
});

describe("no key that can sign is", () => {
  it.each<[string, (key: Members) => unknown]>([
    ["no JSON", () => "-----BEGIN PRIVATE KEY-----"],
    ["null", () => "null"],
    ["a list", (key) => [key]],
    ["a public key", ({ d: _d, ...key }) => key],
    ["one without kid", ({ kid: _kid, ...key }) => key],
    ["one whose kid is a number", (key) => ({ ...key, kid: 1 })],
    ["one whose private member is damaged", (key) => ({ ...key, d: "AAAA" })],
    ["one without coordinates", ({ x: _x, ...key }) => key],
    ["a shared secret", () => ({ kty: "oct", k: "c2VjcmV0", alg: "HS256", kid: "k", d: "x" })],
  ])("%s", async (_, change) => {
    const key = await privateKey();
    expect(await create(key)).toBeDefined();
    expect(await create(change(key))).toBeUndefined();
  });

  it.each(["ES384", "Ed25519", "RS256"])("one for %s", async (algorithm) => {
    expect(await create(await privateKey(algorithm))).toBeUndefined();
  });
});
