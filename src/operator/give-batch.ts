import type { Attempt, CommandResult } from "../model/ledger-desk.ts";
import { answer, misfit } from "./answers.ts";
import { type Circumstances, type Weighed, weigh } from "./commands.ts";
import { MAX_BATCH } from "./operations.ts";
import { problem } from "./problem.ts";
import { type Fields, isFields } from "./read-object.ts";

/** Commands that cost as much as one request. */
const COMMANDS_PER_TURN = 50;

interface Ledger {
  readonly submit: (attempts: readonly Attempt[]) => Promise<readonly CommandResult[]>;
  /** Seconds to wait before so much may be asked; 0 for none. */
  readonly wait: (cost: number) => number;
}

/** Carries out a list of commands, each for itself: `{"commands":[…]}` is answered with `{"results":[…]}` in the same order. */
export async function giveBatch(given: Fields, circumstances: Circumstances, ledger: Ledger): Promise<Response> {
  const { commands, ...others } = given;
  const isList = Array.isArray(commands) && commands.length >= 1 && commands.length <= MAX_BATCH;
  if (!isList || Object.keys(others).length > 0)
    return misfit("commands", `Send a list of 1 to ${MAX_BATCH} commands.`);
  const wait = ledger.wait(Math.ceil(commands.length / COMMANDS_PER_TURN) - 1);
  if (wait > 0) return problem(429, "too_many_requests", { headers: { "retry-after": String(wait) } });
  const weighed = commands.map((command) => (isFields(command) ? weigh(command, circumstances, false) : undefined));
  const attempts = weighed.flatMap((one) => one?.attempt ?? []);
  const results = attempts.length > 0 ? await ledger.submit(attempts) : [];
  let next = 0;
  return answer({
    results: weighed.map((one) => (one === undefined ? NO_COMMAND : resultOf(one, results[next++]))),
  });
}

const NO_COMMAND = {
  ok: false,
  problems: [{ path: "command", problem: "is no object", remedy: "Give one JSON object." }],
};

function resultOf({ attempt, needs, problems }: Weighed, result: CommandResult | undefined): object {
  if (needs !== undefined) {
    return {
      ok: false,
      problems: [{ path: "do", problem: `takes the role ${needs}`, remedy: "Ask somebody who has it." }],
    };
  }
  return attempt.refused === undefined && result !== undefined ? result : { ok: false, problems };
}
