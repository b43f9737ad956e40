// RFC 7515 §5.3 and §10.13, RFC 7519 §7.3: texts are compared by their characters after JSON's escapes are read, and by nothing else.
import { describe, expect, it } from "vitest";
import { TestIssuer, toBase64url } from "../../support/test-issuer.ts";
import { Guard, NOW, outcome } from "../authorize/guard.ts";

const COMPOSED = "https://caf\u00e9.example";
const DECOMPOSED = "https://cafe\u0301.example";

const issuer = await TestIssuer.create(COMPOSED, "ES256", "cl\u00e9");
const guard = await Guard.create(issuer, { issuer: { audiences: [COMPOSED] } });

const HEADER = JSON.stringify({ alg: "ES256", kid: issuer.keyId, typ: "at+jwt" });

const claims = (overrides: Record<string, unknown> = {}) => issuer.claims({ aud: COMPOSED, ...overrides }, NOW);

/** A token with this very text in it, signed by the issuer's key. */
async function signText(header: string, payload: string): Promise<string> {
  const input = `${toBase64url(header)}.${toBase64url(payload)}`;
  const bytes = new TextEncoder().encode(input);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, issuer.privateKey, bytes);
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

async function verdict(header: string, payload = JSON.stringify(claims())) {
  return outcome(await guard.verify(await signText(header, payload)));
}

/** JSON with every character of its texts escaped, names included. */
function escaped(json: string): string {
  return json.replace(/"([^"]*)"/g, (_, text: string) => {
    const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0"));
    return `"${units.map((unit) => `\\u${unit}`).join("")}"`;
  });
}

describe("escapes in JSON are no difference", () => {
  it.each([
    ["as they are", HEADER, JSON.stringify(claims())],
    ["all of the header", escaped(HEADER), JSON.stringify(claims())],
    ["all of the payload", HEADER, escaped(JSON.stringify(claims()))],
    ["slashes alone", HEADER, JSON.stringify(claims()).replaceAll("/", "\\/")],
  ])("%s", async (_, header, payload) => {
    expect(await verdict(header, payload)).toBe("pass");
  });

  it("so that an escaped crit is one, too", async () => {
    const critical = JSON.stringify({ alg: "ES256", kid: issuer.keyId, crit: ["exp"], exp: 1 });
    expect(await verdict(escaped(critical))).toEqual({ reason: "token_malformed" });
  });
});

describe("Unicode is not normalised", () => {
  it("iss: what looks alike is another issuer", async () => {
    const payload = JSON.stringify(claims({ iss: DECOMPOSED }));
    expect(await verdict(HEADER, payload)).toEqual({ reason: "issuer_not_trusted" });
  });

  it("aud: what looks alike is another audience", async () => {
    const payload = JSON.stringify(claims({ aud: DECOMPOSED }));
    expect(await verdict(HEADER, payload)).toEqual({ reason: "audience_mismatch" });
  });

  it("kid: what looks alike is another key", async () => {
    const header = JSON.stringify({ alg: "ES256", kid: "cle\u0301" });
    expect(await verdict(header)).toEqual({ reason: "key_not_found" });
  });
});

it("characters beyond 16 bits are kept and compared as they are", async () => {
  const key = "\u{1f511}";
  const another = await TestIssuer.create(`https://issuer.example/${key}`, "ES256", key);
  const itsGuard = await Guard.create(another);
  const pass = await itsGuard.verify(await another.sign(another.claims({ sub: `alice ${key}` }, NOW)));
  expect(pass.ok && pass.value.subject).toBe(`alice ${key}`);
  const half = await itsGuard.verify(await another.sign(another.claims({}, NOW), { kid: "\u{1f510}" }));
  expect(outcome(half)).toEqual({ reason: "key_not_found" });
});
