import { describe, expect, it } from "vitest";
import combined from "../../vectors/wycheproof/json_web_crypto_test.json?raw";
import current from "../../vectors/wycheproof/json_web_signature_test.json?raw";
import { KNOWN_DEVIATIONS, outcomesOf } from "./known-deviations.ts";
import { holds, parse } from "./published-jws.ts";
import { ASYMMETRIC, algorithmOf, type FindKey, fetchedKeys, sharedSecret } from "./published-keys.ts";
import { deviationsIn, judgeAll, readVectors, textOf, type VectorGroup } from "./wycheproof.ts";

const FILES = [
  ["json_web_signature_test.json", readVectors(current), 401, 36],
  ["json_web_crypto_test.json", readVectors(combined).filter(({ jws }) => jws !== undefined), 49, 4],
] as const;

describe.each(FILES)("the signatures of %s", (file, vectors, count, accepted) => {
  const known = outcomesOf(KNOWN_DEVIATIONS[file]);

  it(`are ${count}, of which Jotgate accepts ${accepted}`, async () => {
    const outcomes = await judgeAll(vectors, async ({ jws, group }) =>
      holds(textOf(jws), await keysOf(group, "its own")),
    );
    expect([outcomes.length, outcomes.filter((outcome) => outcome.accepted).length]).toEqual([count, accepted]);
  });

  it.each(["its own", "all"] as const)(
    "come out as published when an issuer may use %s algorithms, but for the known deviations",
    async (allowed) => {
      const outcomes = await judgeAll(vectors, async ({ jws, group }) =>
        holds(textOf(jws), await keysOf(group, allowed)),
      );
      expect(deviationsIn(outcomes)).toEqual(known);
    },
  );

  it("are no access tokens, not one: their payloads are no claims sets", () => {
    expect(vectors.filter(({ jws }) => parse(textOf(jws)) !== undefined)).toEqual([]);
  });
});

it("finds no published signature to hold under a key that is not its own", async () => {
  const [, vectors] = FILES[0];
  const groups = [...new Set(vectors.map(({ group }) => group))];
  const keys = new Map<string, FindKey>();
  // The first group with a key says what the key is for; later ones misuse it.
  for (const group of groups.reverse()) keys.set(keyText(group), await keysOf(group, "all"));
  expect(keys.size).toBe(10);
  for (const { tcId, jws, group } of vectors) {
    for (const [text, findKey] of keys) {
      if (text !== keyText(group)) expect(await holds(textOf(jws), findKey), `${tcId} under ${text}`).toBe(false);
    }
  }
});

function keysOf(group: VectorGroup, allowed: "its own" | "all"): Promise<FindKey> {
  const isSecret = group.public === undefined && !("keys" in (group.private ?? {}));
  return isSecret
    ? sharedSecret(group.private)
    : fetchedKeys(group, allowed === "all" ? ASYMMETRIC : algorithmOf(group));
}

/** Tells keys apart by their numbers, whatever else is said of them. */
function keyText({ public: publicKey, private: privateKey }: VectorGroup): string {
  const { n, x, k } = publicKey ?? privateKey ?? {};
  return `${n ?? x ?? k}`;
}
