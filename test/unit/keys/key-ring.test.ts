import { SignJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { explainFaults } from "../../../src/config/explain-faults.ts";
import { faultsOfKeys } from "../../../src/config/key-faults.ts";
import { createKeyRing, KeyRing } from "../../../src/keys/key-ring.ts";
import type { KeySource } from "../../../src/model/key-source.ts";
import type { Problem } from "../../../src/model/problem.ts";
import type { TrustedIssuer } from "../../../src/model/trusted-issuer.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { holds } from "./holds.ts";
import { stubNetwork } from "./network.ts";

const NOW = 1_800_000_000;
const CONTEXT = { hostname: "guard.example", waitUntil: () => {} };

afterEach(() => vi.restoreAllMocks());

async function ringOf(...issuers: TrustedIssuer[]): Promise<KeySource> {
  const ring = await createKeyRing(issuers);
  if (!(ring instanceof KeyRing)) throw new Error(JSON.stringify(ring));
  return ring.forRequest(CONTEXT);
}

/** What operators get to read. */
async function problemsOf(...issuers: TrustedIssuer[]): Promise<readonly Problem[]> {
  const ring = await createKeyRing(issuers);
  if (ring instanceof KeyRing) return [];
  return explainFaults(
    faultsOfKeys(ring, ({ issuer }) => ["issuers", issuer]),
    (setting) => setting,
  );
}

function trusted(issuer: TestIssuer, overrides: Record<string, unknown> = {}, env = {}): TrustedIssuer {
  const { rules } = settingsFor(configFor(issuer, overrides), { ...ENVIRONMENT, ...env });
  const found = rules.issuers.get(issuer.issuer);
  if (found === undefined) throw new Error("the issuer was not configured");
  return found;
}

describe("keys belong to their issuer", () => {
  it("so that two issuers with the same kid get each their own key", async () => {
    const [a, b] = await Promise.all([TestIssuer.create("https://a.example"), TestIssuer.create("https://b.example")]);
    const [issuerA, issuerB] = [trusted(a), trusted(b)];
    const keys = await ringOf(issuerA, issuerB);
    for (const [issuer, signer, stranger] of [
      [issuerA, a, b],
      [issuerB, b, a],
    ] as const) {
      const lookup = await keys.findKey(issuer, "ES256", "key-1", NOW);
      if (lookup.status !== "found") throw new Error("not found");
      expect(await holds(lookup.key, await signer.sign())).toBe(true);
      expect(await holds(lookup.key, await stranger.sign())).toBe(false);
    }
  });

  it("so that a kid of another issuer is not found", async () => {
    const a = await TestIssuer.create("https://a.example", "ES256", "key-a");
    const b = await TestIssuer.create("https://b.example", "ES256", "key-b");
    const [issuerA, issuerB] = [trusted(a), trusted(b)];
    const keys = await ringOf(issuerA, issuerB);
    expect(await keys.findKey(issuerA, "ES256", "key-b", NOW)).toEqual({ status: "not_found" });
  });

  it("so that an issuer that is not in the ring has none", async () => {
    const a = await TestIssuer.create();
    const keys = await ringOf(trusted(a));
    expect(await keys.findKey(trusted(a), "ES256", "key-1", NOW)).toEqual({ status: "not_found" });
  });
});

describe("a shared secret", () => {
  const secret = { SECRET: "a shared secret of at least 32 bytes" };
  const overrides = { algorithms: ["HS256"], keys: undefined, sharedSecret: "SECRET" };

  it.each([undefined, "any", ""])("is found whatever the kid: %s", async (keyId) => {
    const issuer = trusted(await TestIssuer.create(), overrides, secret);
    const keys = await ringOf(issuer);
    const lookup = await keys.findKey(issuer, "HS256", keyId, NOW);
    if (lookup.status !== "found") throw new Error(lookup.status);
    expect(lookup.key).toMatchObject({ keyId: undefined, algorithm: "HS256" });
    const sign = (text: string) =>
      new SignJWT({}).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(text));
    expect(await holds(lookup.key, await sign(secret.SECRET))).toBe(true);
    expect(await holds(lookup.key, await sign(`${secret.SECRET}.`))).toBe(false);
  });

  it.each(["HS384", "ES256", "none"])("is not found for %s", async (algorithm) => {
    const issuer = trusted(await TestIssuer.create(), overrides, secret);
    const keys = await ringOf(issuer);
    expect(await keys.findKey(issuer, algorithm, undefined, NOW)).toEqual({ status: "not_found" });
  });
});

it("keys that an issuer publishes are fetched when they are needed, not before", async () => {
  const a = await TestIssuer.create(`https://${crypto.randomUUID()}.example`);
  const { urls } = stubNetwork(() => Response.json({ keys: [a.publicJwk] }));
  const issuer = trusted(a, { keys: undefined, jwksUri: `${a.issuer}/jwks` });
  const keys = await ringOf(issuer);
  expect(urls).toEqual([]);
  expect(await keys.findKey(issuer, "ES256", "key-1", NOW)).toMatchObject({ status: "found" });
  expect(urls).toEqual([`${a.issuer}/jwks`]);
});

it("every configured key that cannot be used is a problem with its place", async () => {
  const [a, b] = await Promise.all([TestIssuer.create("https://a.example"), TestIssuer.create("https://b.example")]);
  const problems = await problemsOf(
    trusted(a, { keys: [a.publicJwk, { ...a.publicJwk, d: "AAAA" }] }),
    trusted(b, { keys: [{ ...b.publicJwk, use: "enc" }, b.publicJwk, { kty: "oct", k: "AAAA" }] }),
  );
  expect(problems).toEqual([
    { path: "issuers[0].keys[1]", problem: "is a private key", remedy: expect.any(String) },
    { path: "issuers[1].keys[0]", problem: "is not for signatures (use)", remedy: expect.any(String) },
    { path: "issuers[1].keys[2]", problem: "is a shared secret", remedy: expect.any(String) },
  ]);
});

describe("configured keys that no token can name are a problem", () => {
  it.each<[string, (a: object, b: object) => object[], number[]]>([
    ["two with the same kid", (a, b) => [a, { ...b, kid: "key-1" }], [0, 1]],
    ["one without kid beside another", (a, b) => [a, { ...b, kid: undefined }], [1]],
    [
      "two without kid",
      (a, b) => [
        { ...a, kid: undefined },
        { ...b, kid: undefined },
      ],
      [0, 1],
    ],
    ["but not two with their own kids", (a, b) => [a, b], []],
    ["but not a single one without kid", (a) => [{ ...a, kid: undefined }], []],
  ])("%s", async (_, choose, unreachable) => {
    const a = await TestIssuer.create("https://a.example", "ES256", "key-1");
    const b = await TestIssuer.create("https://a.example", "ES256", "key-2");
    const problems = await problemsOf(trusted(a, { keys: choose(a.publicJwk, b.publicJwk) }));
    expect(problems.map(({ path }) => path)).toEqual(unreachable.map((key) => `issuers[0].keys[${key}]`));
  });

  it("but not one kid for keys of two algorithms", async () => {
    const a = await TestIssuer.create("https://a.example", "ES256", "key-1");
    const b = await TestIssuer.create("https://a.example", "Ed25519", "key-1");
    const issuer = trusted(a, { algorithms: ["ES256", "Ed25519"], keys: [a.publicJwk, b.publicJwk] });
    expect(await createKeyRing([issuer])).toBeInstanceOf(KeyRing);
  });
});
