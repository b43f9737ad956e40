import { describe, expect, it } from "vitest";
import { KeySet } from "../../../src/keys/key-set.ts";
import type { VerificationKey } from "../../../src/model/key-source.ts";
import type { SignatureAlgorithm } from "../../../src/model/trusted-issuer.ts";

function key(keyId: string | undefined, algorithm: SignatureAlgorithm = "ES256"): VerificationKey {
  return { keyId, algorithm, verify: async () => false };
}

describe("a token with a kid", () => {
  it("gets the key of exactly this id", () => {
    const wanted = key("b");
    expect(new KeySet([key("a"), wanted]).find("ES256", "b")).toBe(wanted);
  });

  it.each(["A", "a ", "", "toString", "__proto__", "constructor"])(
    "gets no key for %j when the set has only a",
    (keyId) => {
      expect(new KeySet([key("a")]).find("ES256", keyId)).toBeUndefined();
    },
  );

  it("gets no key that has no id, even if it is the only one", () => {
    expect(new KeySet([key(undefined)]).find("ES256", "a")).toBeUndefined();
  });

  it("gets no key of another algorithm", () => {
    expect(new KeySet([key("a", "RS256")]).find("PS256", "a")).toBeUndefined();
  });

  it("gets no key when two have this id", () => {
    expect(new KeySet([key("a"), key("a"), key("b")]).find("ES256", "a")).toBeUndefined();
  });

  it("gets its key although one of another algorithm shares the id", () => {
    const wanted = key("a");
    expect(new KeySet([key("a", "RS256"), wanted]).find("ES256", "a")).toBe(wanted);
  });
});

describe("a token without a kid", () => {
  it.each([undefined, "a"])("gets the only key of its algorithm, whose id is %s", (keyId) => {
    const only = key(keyId);
    expect(new KeySet([key("r", "RS256"), only]).find("ES256", undefined)).toBe(only);
  });

  it("gets none of two candidates: keys are not tried in turn", () => {
    expect(new KeySet([key("a"), key("b")]).find("ES256", undefined)).toBeUndefined();
  });

  it("gets nothing from an empty set", () => {
    expect(new KeySet([]).find("ES256", undefined)).toBeUndefined();
  });
});

it("knows whether it is empty", () => {
  expect(new KeySet([]).isEmpty).toBe(true);
  expect(new KeySet([key("a")]).isEmpty).toBe(false);
});
