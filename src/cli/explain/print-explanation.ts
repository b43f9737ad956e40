import { type Answer, answerTo } from "../../gateway/answer.ts";
import type { Decision } from "../../model/decision.ts";
import { REASON_TEXTS } from "../reason-texts.ts";
import { writeTime } from "../request/time.ts";
import type { Terminal } from "../terminal.ts";
import { nameRoute } from "../worker/load-guard.ts";
import type { Observation } from "./observation.ts";
import type { Fact, Step } from "./step.ts";

/** The explanation for people. */
export function printExplanation(observation: Observation, steps: readonly Step[], terminal: Terminal): void {
  const { request, now, decision } = observation;
  terminal.print(`${request.method} ${request.scheme}://${request.host}${request.path} at ${writeTime(now)}`);
  terminal.print("");
  for (const { step, verdict, verified, facts } of steps) {
    const [style, mark] = MARKS[verdict];
    const note = !verified && UNVERIFIED.has(step) ? terminal.style("dim", "  (unverified)") : "";
    const [first, ...more] = facts.map((fact) => writeFact(fact) + note);
    terminal.print(`${terminal.style(style, mark)} ${step.padEnd(11)} ${first ?? ""}`);
    for (const line of more) terminal.print(`  ${"".padEnd(11)} ${line}`);
  }
  terminal.print("");
  printVerdict(decision, steps, terminal);
}

/** The explanation for scripts. Facts about a token appear as they do for people: claims only after the signature held. */
export function explanationToJson(observation: Observation, steps: readonly Step[]) {
  const { request, now, decision, settings, records } = observation;
  const route = decision.route;
  return {
    format: 1,
    command: "explain",
    request: { ...request },
    now,
    decision: summarise(decision),
    route:
      route === undefined
        ? null
        : {
            index: settings.rules.routes.indexOf(route),
            path: route.path.text,
            name: nameRoute(route, settings.rules.routes),
          },
    revocation: records === undefined ? "not_looked_at" : "from_file",
    client: decision.outcome === "allow" ? null : answerTo(decision.refusal),
    steps,
  };
}

/** A decision without anything that only programs need. */
export function summarise(decision: Decision) {
  if (decision.outcome === "allow") {
    return { outcome: decision.outcome, as: decision.as === "bearer" ? "bearer" : decision.because, reason: null };
  }
  const { reason, ...details } = decision.refusal;
  return { outcome: decision.outcome, reason, ...details };
}

const MARKS = { passed: ["green", "✓"], refused: ["red", "✗"], unchecked: ["yellow", "?"] } as const;

/** Steps whose facts are the token's own words before anybody vouched for them. */
const UNVERIFIED: ReadonlySet<string> = new Set(["form", "issuer", "header", "key"]);

function writeFact({ what, found, wanted }: Fact): string {
  return wanted === undefined || wanted === "" ? `${what}: ${found}` : `${what}: ${found}  [${wanted}]`;
}

function printVerdict(decision: Decision, steps: readonly Step[], terminal: Terminal): void {
  if (decision.outcome === "allow") {
    const how = decision.as === "bearer" ? "with its token" : `without a token (${decision.because})`;
    const caveat = steps.some(({ verdict }) => verdict === "unchecked")
      ? ", unless it was revoked: that was not looked at"
      : "";
    terminal.print(`${terminal.style("green", "Allowed")} ${how}${caveat}.`);
    return;
  }
  const { refusal } = decision;
  const { meaning, remedy } = REASON_TEXTS[refusal.reason];
  const outcome = decision.outcome === "deny" ? "Denied" : "Could not be found out";
  const detail = "claim" in refusal ? ` (${refusal.claim})` : "by" in refusal ? ` (${refusal.by})` : "";
  terminal.print(`${terminal.style("red", outcome)}: ${terminal.style("bold", refusal.reason)}${detail}`);
  terminal.print(`  It means:         ${meaning}`);
  terminal.print(`  What helps:       ${remedy}`);
  terminal.print(`  The client sees:  ${writeAnswer(answerTo(refusal))}`);
}

function writeAnswer({ status, code, challenge, retryAfter }: Answer): string {
  const parts = [`${status} ${code}`];
  if (challenge !== undefined) {
    const parameters = Object.entries(challenge).map(([name, value]) => `${name}="${value}"`);
    parts.push(["WWW-Authenticate: Bearer", parameters.join(", ")].join(" ").trim());
  }
  if (retryAfter !== undefined) parts.push("Retry-After");
  return parts.join(", ");
}
