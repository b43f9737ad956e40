import { isObject } from "../model/json-values.ts";
import type { Attempt, CommandResult, PreviewResult } from "../model/ledger-desk.ts";
import type { Problem } from "../model/problem.ts";
import { answer, malformed } from "./answers.ts";
import { type Circumstances, type Weighed, weigh } from "./commands.ts";
import { MAX_BATCH } from "./operations.ts";
import { comeAgain } from "./problem.ts";
import type { Fields } from "./read-object.ts";

/** Commands that cost as much as one request. */
const COMMANDS_PER_TURN = 50;

interface Ledger {
  readonly submit: (attempts: readonly Attempt[]) => Promise<readonly CommandResult[]>;
  readonly preview: (attempts: readonly Attempt[]) => Promise<readonly PreviewResult[]>;
  /** Seconds to wait before so much may be asked; 0 for none. */
  readonly take: (cost: number) => number;
  /** Takes it in any case: whoever asks next waits for it. */
  readonly charge: (cost: number) => void;
}

/**
 * Carries out a list of commands, each for itself: `{"commands":[…]}` is answered with `{"results":[…]}` in the same order. With
 * `"dryRun": true` nothing is carried out, and the results say what each would do after those before it.
 */
export async function giveBatch(given: Fields, circumstances: Circumstances, ledger: Ledger): Promise<Response> {
  const { commands, dryRun = false, ...others } = given;
  const isList = Array.isArray(commands) && commands.length >= 1 && commands.length <= MAX_BATCH;
  if (!isList || Object.keys(others).length > 0)
    return malformed("commands", `Send a list of 1 to ${MAX_BATCH} commands.`);
  if (typeof dryRun !== "boolean") return malformed("dryRun", "Give true or false, or leave it out.");
  const wait = ledger.take(Math.ceil(commands.length / COMMANDS_PER_TURN) - 1);
  if (wait > 0) return comeAgain("too_many_requests", wait);
  const weighed = commands.map((command) =>
    isObject(command) ? weigh(command, circumstances, dryRun) : noCommand(circumstances, dryRun),
  );
  const attempts = weighed.map(({ attempt }) => attempt);
  const found = dryRun ? await previewAll(weighed, ledger) : await ledger.submit(attempts);
  const results = weighed.map((one, index) => resultOf(one, found[index]));
  // Each that is refused costs what it would have cost alone.
  ledger.charge(results.filter(({ ok }) => !ok).length);
  return answer({ results });
}

type BatchResult = CommandResult | PreviewResult;

/** Previews what is allowed, with nothing for the rest. That somebody asked for what their role does not include is on record. */
async function previewAll(given: readonly Weighed[], ledger: Ledger): Promise<readonly (BatchResult | undefined)[]> {
  const tried = given.flatMap(({ attempt, needs }) => (needs === undefined ? [] : attempt));
  if (tried.length > 0) await ledger.submit(tried);
  const allowed = given.flatMap(({ attempt }) => (attempt.refused === undefined ? attempt : []));
  const previews = (allowed.length > 0 ? await ledger.preview(allowed) : []).values();
  return given.map(({ attempt }) => (attempt.refused === undefined ? previews.next().value : undefined));
}

/** Something in a list that is no command at all: that it came is on record all the same. */
function noCommand({ operator: { name: by, via }, from }: Circumstances, dryRun: boolean): Weighed {
  const attempt = { command: {}, by, via, from, refused: "malformed_body" };
  return { attempt, dryRun, needs: undefined, problems: [NO_COMMAND] };
}

const NO_COMMAND: Problem = { path: "command", problem: "is no object", remedy: "Give one JSON object." };

function resultOf({ attempt, needs, problems }: Weighed, result: BatchResult | undefined): BatchResult {
  if (needs !== undefined) {
    return {
      ok: false,
      problems: [{ path: "do", problem: `takes the role ${needs}`, remedy: "Ask somebody who has it." }],
    };
  }
  return attempt.refused === undefined && result !== undefined ? result : { ok: false, problems };
}
