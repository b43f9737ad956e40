// The same tokens for Jotgate and for two other verifiers. Where they disagree there is an explanation, and each is needed.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { NOW } from "../authorize/guard.ts";
import { type Draft, signDraft, soundDraft, withMember } from "./draft.ts";
import { explain } from "./explain.ts";
import { explanationsFor } from "./explanations.ts";
import { readLeniently } from "./lenient-token.ts";
import { contentMutations, HEADER_MUTATIONS, type Mutation, TEXT_MUTATIONS, WRITING_MUTATIONS } from "./mutations.ts";
import { createVerifiers, LIBRARIES, MAX_LIFETIME, type Said, TOLERANCE, type Verifiers } from "./verifiers.ts";

const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"] as const;
const MUTATIONS = [...contentMutations(NOW), ...HEADER_MUTATIONS, ...WRITING_MUTATIONS, ...TEXT_MUTATIONS];
const EXPLANATIONS = explanationsFor(NOW, TOLERANCE, MAX_LIFETIME);

/** Another seed makes other tokens. A failure reports it, and the smallest combination of mutations that fails. */
const COMBINED = { numRuns: 6_000, seed: 7_519 };

/** Seconds before and after now, most of them near the boundaries, some on half a second. */
const OFFSET = fc.oneof(fc.integer({ min: -140, max: 140 }), fc.integer({ min: -9_999_999, max: 9_999_999 }));

const COMBINATION = fc.record({
  algorithm: fc.constantFrom(...ALGORITHMS),
  genuine: fc.nat({ max: 9 }).map((chance) => chance > 0),
  times: fc.dictionary(
    fc.constantFrom("exp", "nbf", "iat"),
    OFFSET.map((halves) => NOW + halves / 2),
    { noNullPrototype: true },
  ),
  mutations: fc.oneof(sometimes(1), sometimes(3)),
  edit: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(), fc.constantFrom(..."AQgwBEIMUYcko_-=.+/ ")) },
  ),
});

interface Side {
  readonly issuer: TestIssuer;
  /** The same name, algorithm and `kid`, but another key. */
  readonly impostor: TestIssuer;
  readonly verifiers: Verifiers;
}

const sides = new Map<string, Side>();
const needed = new Set<string>();
let tokens = 0;
let allowedByAll = 0;

beforeAll(async () => {
  vi.spyOn(Date, "now").mockReturnValue(NOW * 1000);
  for (const algorithm of ALGORITHMS) {
    const issuer = await TestIssuer.create("https://issuer.example", algorithm);
    const impostor = await TestIssuer.create("https://issuer.example", algorithm);
    sides.set(algorithm, { issuer, impostor, verifiers: await createVerifiers(issuer, NOW) });
  }
}, 60_000);
afterAll(() => void vi.restoreAllMocks());

describe("Jotgate, oauth4webapi and aws-jwt-verify say the same, or there is an explanation,", () => {
  it.each(ALGORITHMS)(
    "of %s tokens that are sound, or unusual in any one way",
    async (algorithm) => {
      const side = sideOf(algorithm);
      const sound = soundDraft(side.issuer, NOW);
      expect(await unexplained(side, await signDraft(sound, side.issuer))).toEqual([]);
      expect(await unexplained(side, await signDraft(sound, side.impostor))).toEqual([]);
      for (const { name, apply } of MUTATIONS) {
        expect(await unexplained(side, await signDraft(apply(sound), side.issuer)), name).toEqual([]);
      }
    },
    60_000,
  );

  it("of tokens that are unusual in several ways", async () => {
    await fc.assert(
      fc.asyncProperty(COMBINATION, async ({ algorithm, genuine, times, mutations, edit }) => {
        const side = sideOf(algorithm);
        const timed = withTimes(soundDraft(side.issuer, NOW), times);
        const draft = mutations.reduce((made, { apply }) => apply(made), timed);
        const token = await signDraft(draft, genuine ? side.issuer : side.impostor);
        expect(await unexplained(side, edit === undefined ? token : withCharacter(token, ...edit))).toEqual([]);
      }),
      COMBINED,
    );
  }, 120_000);

  it("and each explanation is needed, of as many tokens as there are to be", () => {
    const listed = EXPLANATIONS.flatMap(({ name, libraries }) => libraries.map((library) => `${library}: ${name}`));
    expect([...needed].sort()).toEqual(listed.sort());
    expect(tokens).toBe(ALGORITHMS.length * (2 + MUTATIONS.length) + COMBINED.numRuns);
    expect(allowedByAll).toBeGreaterThan(500);
  });
});

function sometimes(maxLength: number): fc.Arbitrary<readonly Mutation[]> {
  return fc.array(fc.constantFrom(...MUTATIONS), { maxLength });
}

function withTimes(draft: Draft, times: Readonly<Record<string, number>>): Draft {
  const claims = Object.entries(times).reduce((made, [name, time]) => withMember(made, name, `${time}`), draft.claims);
  return { ...draft, claims };
}

/** The token with one character written over. */
function withCharacter(token: string, position: number, character: string): string {
  const at = position % (token.length || 1);
  return token.slice(0, at) + character + token.slice(at + 1);
}

/** What the libraries say differently, and nobody can explain. */
async function unexplained({ verifiers }: Side, token: string): Promise<readonly unknown[]> {
  tokens += 1;
  const jotgate = await verifiers.jotgate(token);
  const found: unknown[] = [];
  let allowing = 0;
  for (const library of LIBRARIES) {
    const theirs = await verifiers[library](token);
    if (isSame(jotgate, theirs)) {
      if ("claims" in theirs) allowing += 1;
      continue;
    }
    const explanation = explain(EXPLANATIONS, library, jotgate, readLeniently(token));
    if (explanation === undefined) found.push({ library, jotgate, theirs, token });
    else needed.add(`${library}: ${explanation.name}`);
  }
  if (allowing === LIBRARIES.length) allowedByAll += 1;
  return found;
}

function isSame(one: Said, other: Said): boolean {
  if ("refused" in one || "refused" in other) return "refused" in one && "refused" in other;
  return JSON.stringify(one.claims) === JSON.stringify(other.claims);
}

function sideOf(algorithm: string): Side {
  const side = sides.get(algorithm);
  if (side === undefined) throw new Error(algorithm);
  return side;
}
