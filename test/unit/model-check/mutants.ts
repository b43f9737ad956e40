import type { GuardSetting, RequestFacts, Situation } from "./situation.ts";
import { RULES, verdictOf } from "./verdict.ts";

type Mutant = (situation: Situation) => string;

/** The model with one of its rules left out. */
const WITHOUT_A_RULE = RULES.slice(0, -1).map(([name]): [string, Mutant] => {
  const others = RULES.filter(([other]) => other !== name);
  return [`without "${name}"`, (situation) => verdictOf(situation, others)];
});

/** The model with two stages in the wrong order. */
const OUT_OF_ORDER: [string, Mutant][] = [
  moved("preflight", "plain http, never allowed"),
  moved("public", "ambiguous path"),
  moved("lacks a scope", "token revoked"),
  moved("nobody knows what was revoked", "token revoked"),
  moved("no good signature", "no keys to be had"),
  moved("expired", "no good signature"),
  moved("without expiry", "a stranger's"),
  moved("tokens in two places", "no token after the scheme"),
  moved("none", "none, and none is needed"),
];

/** The model with its eyes shut to something, or off by a little. */
const MISTAKEN: [string, Mutant][] = [
  seen("time is off by half a second", ({ request, guard }) => ({
    request: { ...request, fraction: (request.fraction + 0.5) as RequestFacts["fraction"] },
    guard,
  })),
  seen("the tolerance is a second more", (situation) =>
    withGuard(situation, { clockTolerance: plus(situation.guard.clockTolerance, 1) }),
  ),
  seen("the lifetime is a second more", (situation) =>
    withGuard(situation, { maxLifetime: plus(situation.guard.maxLifetime, 1) }),
  ),
  seen("a cut-off is a second less", (situation) =>
    withRequest(situation, { cutOff: plus(situation.request.cutOff, -1) }),
  ),
  seen("a minimum is one less", (situation) =>
    withRequest(situation, { minimum: plus(situation.request.minimum, -1) }),
  ),
  seen("versions are not looked at", (situation) => withRequest(situation, { version: "missing" })),
  seen("routes fail open", (situation) => withGuard(situation, { onUnknownRevocation: "allow" })),
  seen("a store that fails answers", (situation) => withRequest(situation, { store: "answers" })),
  seen("a store that fails knows nothing", (situation) =>
    situation.request.store === "answers" ? situation : withRequest(situation, { store: "fails" }),
  ),
  seen("records have no end", (situation) => withRequest(situation, { until: "none" })),
  seen("kid does not matter", (situation) => withRequest(situation, { kid: "right" })),
  seen("types do not matter", (situation) => withRequest(situation, { type: "at+jwt" })),
  seen("every source is everybody's", (situation) => withGuard(situation, { issuerSources: "all" })),
  seen("no cookie comes from elsewhere", (situation) => withRequest(situation, { origin: "own", site: "same-origin" })),
  seen("HEAD is not GET", (situation) =>
    situation.request.method === "HEAD" ? withRequest(situation, { method: "POST" }) : situation,
  ),
  seen("plain http is https", (situation) => withRequest(situation, { scheme: "https" })),
];

/** Models that are wrong. */
export const MUTANTS: readonly [what: string, mutant: Mutant][] = [...WITHOUT_A_RULE, ...OUT_OF_ORDER, ...MISTAKEN];

function moved(name: string, before: string): [string, Mutant] {
  const rule = RULES.find(([each]) => each === name);
  const others = RULES.filter((each) => each !== rule);
  const at = others.findIndex(([each]) => each === before);
  if (rule === undefined || at < 0) throw new Error(`There is no rule ${name} or ${before}.`);
  return [`with "${name}" before "${before}"`, (situation) => verdictOf(situation, others.toSpliced(at, 0, rule))];
}

function seen(what: string, as: (situation: Situation) => Situation): [string, Mutant] {
  return [`when it thinks that ${what}`, (situation) => verdictOf(as(situation))];
}

function withRequest({ request, guard }: Situation, facts: Partial<RequestFacts>): Situation {
  return { request: { ...request, ...facts }, guard };
}

function withGuard({ request, guard }: Situation, facts: Partial<GuardSetting>): Situation {
  return { request, guard: { ...guard, ...facts } };
}

/** Values that no situation has are what makes these models wrong. */
function plus<N extends number>(value: N, difference: number): N {
  return (value + difference) as N;
}
