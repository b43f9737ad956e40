import type { Explanation } from "../../explain/explanation.ts";
import { plain } from "../../explain/printable.ts";
import type { Fact } from "../../explain/step.ts";
import { writeTime } from "../../explain/write-time.ts";
import type { Answer } from "../../gateway/answer.ts";
import { REASON_TEXTS } from "../reason-texts.ts";
import type { Terminal } from "../terminal.ts";

/** The explanation for people. It may come from a guard, so nothing in it steers the terminal. */
export function printExplanation(explanation: Explanation, terminal: Terminal): void {
  const { request, now, steps } = explanation;
  terminal.print(
    `${plain(`${request.method} ${request.scheme}://${request.host}${request.path}`)} at ${writeTime(now)}`,
  );
  terminal.print("");
  for (const { step, verdict, verified, facts } of steps) {
    const [style, mark] = MARKS[verdict];
    const note = !verified && UNVERIFIED.has(step) ? terminal.style("dim", "  (unverified)") : "";
    const [first, ...more] = facts.map((fact) => writeFact(fact) + note);
    terminal.print(`${terminal.style(style, mark)} ${plain(step).padEnd(11)} ${first ?? ""}`);
    for (const line of more) terminal.print(`  ${"".padEnd(11)} ${line}`);
  }
  terminal.print("");
  printVerdict(explanation, terminal);
}

const MARKS = { passed: ["green", "✓"], refused: ["red", "✗"], unchecked: ["yellow", "?"] } as const;

/** Steps whose facts are the token's own words before anybody vouched for them. */
const UNVERIFIED: ReadonlySet<string> = new Set(["form", "issuer", "header", "key"]);

function writeFact({ what, found, wanted }: Fact): string {
  return plain(wanted === undefined || wanted === "" ? `${what}: ${found}` : `${what}: ${found}  [${wanted}]`);
}

function printVerdict({ decision, steps, client }: Explanation, terminal: Terminal): void {
  const { outcome, as, reason, claim, by } = decision;
  if (reason === null) {
    const how = as === "bearer" ? "with its token" : `without a token (${plain(as ?? "")})`;
    const caveat = steps.some(({ verdict }) => verdict === "unchecked")
      ? ", unless it was revoked: that was not looked at"
      : "";
    terminal.print(`${terminal.style("green", "Allowed")} ${how}${caveat}.`);
    return;
  }
  // Another release of the guard may have reasons that are not known here.
  const { meaning, remedy } = Object.hasOwn(REASON_TEXTS, reason)
    ? REASON_TEXTS[reason]
    : { meaning: "unknown to this release", remedy: "upgrade this tool" };
  const said = outcome === "deny" ? "Denied" : "Could not be found out";
  const about = claim ?? by;
  const detail = about === undefined ? "" : ` (${plain(about)})`;
  terminal.print(`${terminal.style("red", said)}: ${terminal.style("bold", plain(reason))}${detail}`);
  terminal.print(`  It means:         ${meaning}`);
  terminal.print(`  What helps:       ${remedy}`);
  if (client !== null) terminal.print(`  The client sees:  ${plain(writeAnswer(client))}`);
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
