import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { authorize } from "../../../src/authorize/authorize.ts";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, configFor, ENVIRONMENT, keysFor, revocationsSaying, settingsFor } from "../support.ts";
import { bearer, Guard, NOW, verdict } from "./guard.ts";

const ASYMMETRIC = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

describe.each(ASYMMETRIC)("an issuer that signs with %s", (algorithm) => {
  it("is believed for its own tokens, and for none that is relabelled or signed by another", async () => {
    const issuer = await TestIssuer.create("https://issuer.example", algorithm);
    const guard = await Guard.create(issuer);
    const token = await issuer.sign(issuer.claims({}, NOW));
    expect(verdict(await guard.decideToken(token))).toBe("allow");

    const [, payload, signature] = token.split(".");
    for (const alg of ["none", "HS256", ...ASYMMETRIC.filter((other) => other !== algorithm)]) {
      const [header] = forge({ alg, kid: "key-1" }, {}).split(".");
      expect(verdict(await guard.decideToken(`${header}.${payload}.${signature}`))).toBe("algorithm_not_allowed");
    }

    const impostor = await TestIssuer.create("https://issuer.example", algorithm);
    expect(verdict(await guard.decideToken(await impostor.sign(issuer.claims({}, NOW))))).toBe("signature_invalid");
  }, 30_000);
});

describe.each(["HS256", "HS384", "HS512"])("an issuer with a shared secret for %s", (algorithm) => {
  it("is believed for tokens under that secret only", async () => {
    const issuer = await TestIssuer.create();
    const secret = crypto.getRandomValues(new Uint8Array(64)).join("-");
    const config = configFor(issuer, { algorithms: [algorithm], keys: undefined, sharedSecret: "HMAC_SECRET" });
    const settings = settingsFor(config, { ...ENVIRONMENT, HMAC_SECRET: secret });
    const keys = await keysFor(settings);
    const decide = async (token: string) => {
      const request = accessRequest({}, bearer(token));
      return verdict(await authorize(request, settings.rules, keys, revocationsSaying({}), new TokenMemory(), NOW));
    };
    const sign = (key: string) =>
      new SignJWT(issuer.claims({}, NOW)).setProtectedHeader({ alg: algorithm }).sign(new TextEncoder().encode(key));
    expect(await decide(await sign(secret))).toBe("allow");
    expect(await decide(await sign(`${secret} `))).toBe("signature_invalid");
    expect(await decide(await issuer.sign(issuer.claims({}, NOW)))).toBe("algorithm_not_allowed");
  });
});
