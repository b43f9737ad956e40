import { describe, expect, it } from "vitest";
import { toBase64url } from "../../../src/platform/base64url.ts";
import { holds } from "./published-jws.ts";
import { ASYMMETRIC, fetchedKeys } from "./published-keys.ts";
import { compactOf, exampleOf, keyOf, SECTIONS } from "./rfc-examples.ts";

const SIGNED = SECTIONS.filter((section) => exampleOf(section).key !== undefined);

it("has 29 examples of the RFCs, 11 of them signed", () => {
  expect([SECTIONS.length, SIGNED.length]).toEqual([29, 11]);
});

describe.each(SIGNED)("the signature of %s", (section) => {
  it("holds under the RFC's key", async () => {
    expect(await holds(compactOf(section), await keyOf(section))).toBe(true);
  });

  it("does not hold once any character of it changed", async () => {
    const compact = compactOf(section);
    const findKey = await keyOf(section);
    for (let at = compact.lastIndexOf(".") + 1; at < compact.length; at++) {
      const other = compact[at] === "A" ? "Q" : "A";
      expect(await holds(compact.slice(0, at) + other + compact.slice(at + 1), findKey), `character ${at}`).toBe(false);
    }
  });

  it("does not hold under the key of any other example", async () => {
    for (const other of SIGNED) {
      if (JSON.stringify(exampleOf(other).key) === JSON.stringify(exampleOf(section).key)) continue;
      expect(await holds(compactOf(section), await keyOf(other)), other).toBe(false);
    }
  });
});

it.each(SIGNED.filter((section) => exampleOf(section).key?.["kty"] !== "oct"))(
  "%s is refused by an issuer that does not sign with its algorithm",
  async (section) => {
    const { key, alg } = exampleOf(section);
    const others = ASYMMETRIC.filter((algorithm) => algorithm !== alg);
    expect(await holds(compactOf(section), await fetchedKeys({ public: key ?? {} }, others))).toBe(false);
  },
);

it.each(["RFC 7515 A.1", "RFC 7520 4.4"])("%s is refused by an issuer with public keys", async (section) => {
  const { key } = exampleOf(section);
  expect(await holds(compactOf(section), await fetchedKeys({ public: key ?? {} }, ASYMMETRIC))).toBe(false);
});

/** Signed by a key that Jotgate has, in a form that it refuses: `rfc-decisions.test.ts` shows that it does. */
describe("the signatures of forms that are no tokens are good, so it is for the form that they are refused:", () => {
  const payloadOf = (section: string) => compactOf(section).split(".")[1];

  it.each([
    ["RFC 7515 A.6", ["RFC 7515 A.2", "RFC 7515 A.3"], payloadOf("RFC 7515 A.2")],
    ["RFC 7515 A.7", ["RFC 7515 A.3"], payloadOf("RFC 7515 A.3")],
    ["RFC 7520 4.5", ["RFC 7520 4.4"], payloadOf("RFC 7520 4.4")],
    ["RFC 7520 4.6", ["RFC 7520 4.4"], payloadOf("RFC 7520 4.4")],
    ["RFC 7520 4.7", ["RFC 7520 4.4"], payloadOf("RFC 7520 4.4")],
    ["RFC 7520 4.8", ["RFC 7520 4.1", "RFC 7520 4.3", "RFC 7520 4.4"], payloadOf("RFC 7520 4.1")],
    ["RFC 7797 4.2", ["RFC 7797 4.1"], "$.02"],
  ])("%s", async (section, keysOf, payload) => {
    const { signatures, ...flattened } = exampleOf(section).json as GeneralJws;
    const found = signatures ?? [flattened];
    expect(found.length).toBe(keysOf.length);
    for (const [index, { protected: header = "", signature }] of found.entries()) {
      const signer = keysOf[index] ?? "";
      const key = await (await keyOf(signer))(`${exampleOf(signer).alg}`, undefined);
      expect(await key?.verify(`${header}.${payload}`, signature), signer).toBe(true);
      expect(await key?.verify(`${header}.${payload}A`, signature), signer).toBe(false);
    }
  });
});

interface FlattenedJws {
  readonly protected?: string;
  readonly signature: string;
}

interface GeneralJws extends FlattenedJws {
  readonly signatures?: readonly FlattenedJws[];
}

it("the RSA key of RFC 7517 A.1 is the one whose thumbprint RFC 7638 3.1 works out", async () => {
  const { e, kty, n } = exampleOf("RFC 7517 A.1").keys?.[1] ?? {};
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify({ e, kty, n })));
  expect(toBase64url(new Uint8Array(digest))).toBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
});
