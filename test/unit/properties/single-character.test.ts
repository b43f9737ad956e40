import { beforeAll, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { bearer, Guard, NOW } from "../authorize/guard.ts";
import { randomFrom } from "../revocation/random-records.ts";
import { accessRequest } from "../support.ts";
import { PATIENCE, seed, times } from "./runs.ts";

vi.setConfig({ testTimeout: PATIENCE });

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const OTHERS = "+/=. ,;\t~%\"'\0\x7f\u00a0é\u2028\ufeff";

/** One change of one character. */
type Change = readonly [what: string, of: (token: string, at: number, character: string) => string];

const CHANGES: readonly Change[] = [
  ["put in the place of one", (token, at, character) => token.slice(0, at) + character + token.slice(at + 1)],
  ["put in", (token, at, character) => token.slice(0, at) + character + token.slice(at)],
  ["taken out", (token, at) => token.slice(0, at) + token.slice(at + 1)],
  ["written twice", (token, at) => token.slice(0, at + 1) + token.slice(at)],
  [
    "swapped with the next",
    (token, at) => token.slice(0, at) + (token[at + 1] ?? "") + (token[at] ?? "") + token.slice(at + 2),
  ],
];

describe.each(["ES256", "EdDSA", "RS256", "HS256"])("of a valid %s token", (algorithm) => {
  let token = "";
  let guard: Guard;
  beforeAll(async () => {
    const signing = algorithm === "HS256" ? "ES256" : algorithm;
    const issuer = await TestIssuer.create("https://issuer.example", signing);
    const more = { jti: "token-1", scope: "a b", tenant: { id: "x" } };
    if (algorithm === "HS256") {
      token = await signWithSecret(issuer.claims(more, NOW));
      const settings = { algorithms: ["HS256"], keys: undefined, sharedSecret: "HMAC" };
      guard = await Guard.create(issuer, { issuer: settings, env: { HMAC: SECRET } });
    } else {
      token = await issuer.sign(issuer.claims(more, NOW));
      guard = await Guard.create(issuer);
    }
    expect((await guard.decideToken(token)).outcome).toBe("allow");
  });

  it.each(CHANGES)("no character can be %s anywhere and leave a token that is allowed", async (_what, change) => {
    const random = randomFrom(seed());
    const perPosition = times(algorithm === "RS256" ? 1 : 2);
    for (let at = 0; at < token.length; at++) {
      for (let turn = 0; turn < perPosition; turn++) {
        const alphabet = random() < 0.8 ? BASE64URL : OTHERS;
        const changed = change(token, at, alphabet[Math.floor(random() * alphabet.length)] ?? "A");
        if (changed !== token) await expectRefusal(changed, at);
      }
    }
  });

  it("the last character of no part has a second spelling", async () => {
    const ends = [token.indexOf(".") - 1, token.lastIndexOf(".") - 1, token.length - 1];
    for (const at of ends) {
      for (const character of BASE64URL) {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        if (changed !== token) await expectRefusal(changed, at);
      }
    }
  });

  it("no end of it is enough, and nothing may stand behind it", async () => {
    for (let at = 0; at < token.length; at++) await expectRefusal(token.slice(0, at), at);
    for (const more of ["A", "=", "==", ".", ".e30", " x", "\n", "\0"]) await expectRefusal(token + more, token.length);
  });

  async function expectRefusal(changed: string, at: number): Promise<void> {
    const decision = await guard.decide(accessRequest({ header: fieldsOf(bearer(changed)) }));
    if (decision.outcome === "deny") return;
    throw new Error(`Changed at ${at} the token is not refused: ${changed}`);
  }
});

/** Fields as they are, also with what a platform's Headers would not take. */
function fieldsOf(fields: Readonly<Record<string, string>>): (name: string) => string | null {
  return (name) => fields[name] ?? null;
}

const SECRET = "a shared secret for tests, with 32 bytes and more";

async function signWithSecret(claims: object): Promise<string> {
  const { SignJWT } = await import("jose");
  const header = { alg: "HS256", typ: "at+jwt" };
  return new SignJWT({ ...claims }).setProtectedHeader(header).sign(new TextEncoder().encode(SECRET));
}
