import { describe, expect, it } from "vitest";
import { readKeySet } from "../../../src/keys/read-key-set.ts";
import text from "../../vectors/wycheproof/json_web_key_test.json?raw";
import { KNOWN_DEVIATIONS, outcomesOf } from "./known-deviations.ts";
import { holds } from "./published-jws.ts";
import { ASYMMETRIC, fetchedKeys, sharedSecret } from "./published-keys.ts";
import { deviationsIn, type Jwk, judgeAll, readVectors, textOf, type Vector } from "./wycheproof.ts";

const vectors = readVectors(text);

describe("the key sets of json_web_key_test.json", () => {
  it("come out as published when they are fetched from an issuer, but for the known deviations", async () => {
    const outcomes = await judgeAll(vectors, async ({ jws, group }) =>
      holds(textOf(jws), await fetchedKeys(group, ASYMMETRIC)),
    );
    expect(outcomes.length).toBe(26);
    expect(deviationsIn(outcomes)).toEqual(outcomesOf(KNOWN_DEVIATIONS["json_web_key_test.json"]));
  });

  it("yield no key for their secrets and private keys, and the one public key that is among them", async () => {
    const yielding: number[] = [];
    for (const { tcId, group } of vectors) {
      if (!(await readKeySet(group.private, ASYMMETRIC)).isEmpty) yielding.push(tcId);
    }
    expect(yielding).toEqual([1]);
    const mixed = await readKeySet(vectors[0]?.group.private, ASYMMETRIC);
    expect(mixed.find("ES256", undefined)?.keyId).toBe("kid-ec-sign");
  });
});

describe("the secrets of json_web_key_test.json", () => {
  const single = vectors.filter((vector) => secretOf(vector) !== undefined);

  it("come out as published when they are configured as an issuer's shared secret", async () => {
    const outcomes = await judgeAll(single, async (vector) =>
      holds(textOf(vector.jws), await sharedSecret(secretOf(vector), algorithmOf(vector))),
    );
    expect(deviationsIn(outcomes)).toEqual({});
    expect([outcomes.length, outcomes.filter(({ accepted }) => accepted).length]).toEqual([11, 3]);
  });
});

/** The secret of a set that has nothing else. */
function secretOf({ group }: Vector): Jwk | undefined {
  const keys = (group.private?.["keys"] ?? []) as readonly Jwk[];
  return keys.length === 1 && keys[0]?.["kty"] === "oct" ? keys[0] : undefined;
}

/** What the token is signed with, and so what an operator who trusts it would configure. */
function algorithmOf({ jws }: Vector): unknown {
  return JSON.parse(atob(`${jws}`.split(".")[0] ?? "")).alg;
}
