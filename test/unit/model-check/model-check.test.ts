import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Refusal } from "../../../src/model/refusal.ts";
import { PATIENCE, seed, times } from "../properties/runs.ts";
import { randomFrom } from "../revocation/random-records.ts";
import { MUTANTS } from "./mutants.ts";
import { decide, type RenderedGuard, renderGuard } from "./render.ts";
import {
  anyGuard,
  anyRequest,
  anyRequestWithTokenOf,
  GUARD_FACTS,
  REQUEST_FACTS,
  type RequestFacts,
  type Situation,
} from "./situation.ts";
import { verdictOf } from "./verdict.ts";

vi.setConfig({ testTimeout: PATIENCE });

/** Enough that rare things meet. */
const SITUATIONS = times(32_000);

/** Guards that situations take place at. */
const GUARDS = 400;

interface Compared extends Situation {
  readonly real: string;
}

let compared: readonly Compared[] = [];

beforeAll(async () => {
  const random = randomFrom(seed());
  const guards: RenderedGuard[] = [];
  for (let i = 0; i < GUARDS; i++) guards.push(await renderGuard(anyGuard(random)));
  const all: Compared[] = [];
  while (all.length < SITUATIONS) {
    const guard = guards[Math.floor(random() * GUARDS)] as RenderedGuard;
    let request = anyRequest(random);
    do {
      all.push({ guard: guard.setting, request, real: await decide(guard, request) });
      request = anyRequestWithTokenOf(request, random);
    } while (random() < 0.5);
  }
  compared = all;
}, PATIENCE);

describe(`authorize() and a flat list of rules, in ${SITUATIONS} situations (seed ${seed()})`, () => {
  it("say the same, with the same reason", async () => {
    const different = compared.find((situation) => verdictOf(situation) !== situation.real);
    if (different === undefined) return expect(compared.length).toBeGreaterThanOrEqual(SITUATIONS);
    const { request, guard, real } = await simplest(different);
    throw new Error(
      `The guard says "${real}", the model "${verdictOf({ request, guard })}":\n${write({ request, guard })}`,
    );
  });

  it.each(REASONS())("know a situation that ends in %s", (reason) => {
    expect(compared.filter(({ real }) => real.split(" ")[1] === reason).length).toBeGreaterThan(0);
  });

  it.each([
    "preflight",
    "public",
    "optional",
    "bearer, checked",
    "bearer, unchecked: error",
    "bearer, unchecked: timeout",
  ])("know a situation that is allowed: %s", (how) => {
    expect(compared.filter(({ real }) => real === `allow ${how}`).length).toBeGreaterThan(0);
  });

  it("know, for every fact, a situation that ends differently for it or is let through in spite of it", () => {
    const pending = new Set(
      Object.entries(REQUEST_FACTS).flatMap(([fact, values]) => values.slice(1).map((value) => `${fact}: ${value}`)),
    );
    for (const { request, guard, real } of compared) {
      for (const [fact, value] of Object.entries(request)) {
        const written = `${fact}: ${value}`;
        if (!pending.has(written)) continue;
        const [usual] = REQUEST_FACTS[fact as keyof RequestFacts];
        const isDecisive = verdictOf({ guard, request: { ...request, [fact]: usual } }) !== real;
        if (isDecisive || real.startsWith("allow bearer")) pending.delete(written);
      }
    }
    expect([...pending]).toEqual([]);
  });
});

describe("a model that is wrong in one place is found out", () => {
  it.each(MUTANTS)("%s", (_what, mutant) => {
    expect(compared.some((situation) => mutant(situation) !== situation.real)).toBe(true);
  });
});

/** Every reason of a refusal; the last can only come from forwarding. */
function REASONS(): readonly string[] {
  const reasons: Record<Refusal["reason"], true> = {
    path_ambiguous: true,
    no_matching_route: true,
    https_required: true,
    token_missing: true,
    credentials_malformed: true,
    credentials_repeated: true,
    cross_site_request: true,
    token_too_large: true,
    token_malformed: true,
    token_type_not_accepted: true,
    token_source_not_accepted: true,
    algorithm_not_allowed: true,
    issuer_not_trusted: true,
    keys_unavailable: true,
    key_not_found: true,
    signature_invalid: true,
    claim_missing: true,
    claim_invalid: true,
    audience_mismatch: true,
    token_expired: true,
    token_not_yet_valid: true,
    token_too_old: true,
    lifetime_too_long: true,
    token_revoked: true,
    token_version_outdated: true,
    issued_before_cutoff: true,
    revocation_unavailable: true,
    revocation_record_invalid: true,
    insufficient_scope: true,
    claim_rule_failed: true,
    identity_not_forwardable: true,
  };
  return Object.keys(reasons).filter((reason) => reason !== "identity_not_forwardable");
}

/** The same disagreement with as few things out of the ordinary as possible. */
async function simplest(situation: Compared): Promise<Compared> {
  let simple = situation;
  for (const [part, facts] of [
    ["request", REQUEST_FACTS],
    ["guard", GUARD_FACTS],
  ] as const) {
    for (const [fact, [usual]] of Object.entries(facts)) {
      const simpler: Situation = { ...simple, [part]: { ...simple[part], [fact]: usual } };
      const real = await decide(await renderGuard(simpler.guard), simpler.request);
      if (real !== verdictOf(simpler)) simple = { ...simpler, real };
    }
  }
  return simple;
}

/** What is not as usual. */
function write({ request, guard }: Situation): string {
  const odd = (chosen: object, facts: Readonly<Record<string, readonly unknown[]>>) =>
    Object.entries(chosen).filter(([fact, value]) => value !== facts[fact]?.[0]);
  return [...odd(guard, GUARD_FACTS), ...odd(request, REQUEST_FACTS)]
    .map(([fact, value]) => `  ${fact}: ${value}`)
    .join("\n");
}
