import type { CommandEvent, LiveHistory, RequestEvent } from "./events.ts";

/** Milliseconds by which clocks of one machine may come apart within B, their steps of one millisecond included. */
export const DRIFT = 20;

/**
 * Checks what a client saw against what was promised. A client knows less than the guards: when a command took effect and when a
 * request was decided lies somewhere between sending and receiving. Wherever that leaves a doubt, nothing is wrong; so a
 * client that was held up never reports what was not so.
 *
 * - No request sent B after an acknowledgement had come in is let through, unless a guard asked KV where the route allows that. On
 *   strict routes, none sent after the acknowledgement.
 * - An isolate that refused a token does not let it through later, unless it was lifted.
 * - Nobody is refused before a command against them was sent.
 * - A command that is sent again gets the same answer, and later commands have higher numbers.
 *
 * @param bound B in milliseconds
 * @returns what was violated, for people
 */
export function checkLiveHistory({ commands, requests }: LiveHistory, bound: number): string[] {
  const violations: string[] = [];
  const refusals = new Map<string, RequestEvent[]>();
  for (const request of requests) {
    const concerning = commands.filter(({ target }) => target === request.target);
    if (request.status === 200) violations.push(...acceptedTooLate(request, concerning, bound));
    if (request.status === 401) {
      violations.push(...refusedForNothing(request, concerning));
      const key = isolateAndToken(request);
      refusals.set(key, [...(refusals.get(key) ?? []), request]);
    }
  }
  for (const request of requests) {
    if (request.status !== 200) continue;
    const concerning = commands.filter(({ target }) => target === request.target);
    violations.push(...acceptedAfterRefused(request, refusals.get(isolateAndToken(request)) ?? [], concerning));
  }
  return [...violations, ...answersThatDiffer(commands), ...numbersOutOfOrder(commands)];
}

function* acceptedTooLate(request: RequestEvent, commands: readonly CommandEvent[], bound: number): Generator<string> {
  const isPromised = request.asking !== "kv" || request.source === "mirror" || request.source === "ledger";
  const within = request.asking === "strict" ? 0 : bound + DRIFT;
  for (const restriction of commands) {
    const { does, acknowledgedAt } = restriction;
    if (!isPromised || does !== "restrict" || acknowledgedAt === undefined) continue;
    if (request.sentAt <= acknowledgedAt + within || mayBeLifted(restriction, request, commands)) continue;
    yield `${title(request)} was let through ${Math.round(request.sentAt - acknowledgedAt)} ms after ${restriction.id} was acknowledged`;
  }
}

function* acceptedAfterRefused(
  request: RequestEvent,
  refusals: readonly RequestEvent[],
  commands: readonly CommandEvent[],
): Generator<string> {
  const refusal = refusals.findLast(({ receivedAt }) => receivedAt <= request.sentAt);
  if (refusal === undefined) return;
  const causes = commands.filter(({ does, sentAt }) => does === "restrict" && sentAt <= refusal.receivedAt);
  if (causes.some((cause) => mayBeLifted(cause, request, commands))) return;
  yield `${title(request)} was let through ${Math.round(request.sentAt - refusal.receivedAt)} ms after a refusal`;
}

function* refusedForNothing(request: RequestEvent, commands: readonly CommandEvent[]): Generator<string> {
  const isCaused = commands.some(({ does, sentAt }) => does === "restrict" && sentAt <= request.receivedAt);
  if (!isCaused) yield `${title(request)} was refused, though nothing was sent against it`;
}

/** Whether a lift may have come after the restriction and before the request's decision. */
function mayBeLifted(restriction: CommandEvent, request: RequestEvent, commands: readonly CommandEvent[]): boolean {
  return commands.some(
    ({ does, sentAt, acknowledgedAt = Number.POSITIVE_INFINITY }) =>
      does === "lift" && sentAt <= request.receivedAt && acknowledgedAt > restriction.sentAt,
  );
}

function* answersThatDiffer(commands: readonly CommandEvent[]): Generator<string> {
  for (const { id, sequences } of commands) {
    if (new Set(sequences).size > 1) yield `${id} got the numbers ${sequences.join(", ")}`;
  }
}

function* numbersOutOfOrder(commands: readonly CommandEvent[]): Generator<string> {
  const numbered = commands.filter(({ changed }) => changed === true);
  for (const earlier of numbered) {
    for (const later of numbered) {
      const [first = 0] = earlier.sequences;
      const [second = 0] = later.sequences;
      const isLater = earlier.acknowledgedAt !== undefined && earlier.acknowledgedAt <= later.sentAt;
      if ((isLater && second <= first) || (later !== earlier && first === second)) {
        yield `${later.id} has number ${second}, ${earlier.id} before it ${first}`;
      }
    }
  }
}

function isolateAndToken({ guard, era, target }: RequestEvent): string {
  return `${guard} ${era} ${target}`;
}

function title({ asking, guard, target, sentAt, source = "?" }: RequestEvent): string {
  return `at ${Math.round(sentAt)} ms: ${asking} request of token ${target} to ${guard} (${source})`;
}
