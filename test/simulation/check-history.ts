import type { RevocationRecord } from "../../src/model/revocation.ts";
import type { RecordName } from "../../src/revocation/record-name.ts";
import type { CommandStory, Decision, History, OutsideStory, SimulatedToken } from "./history.ts";
import { condemns, restrictionsOf } from "./records.ts";

/** Everything that was done under one name. */
interface NameStory {
  readonly restrictions: CommandStory[];
  readonly lifts: CommandStory[];
  readonly outside: OutsideStory[];
}

/**
 * Checks all decisions against what was promised:
 *
 * - No request is accepted by mirror or ledger at or after acknowledgement + B, strict ones not even when they arrive after the
 *   acknowledgement. It is the moment of the decision that counts, since that is what a guard stands for.
 * - A route that denies when the mirror is stale never accepts on the word of KV.
 * - An isolate that refused a token does not accept it later, unless something of it was lifted.
 * - What was lifted is accepted again, B later at the latest.
 *
 * @param bound B in milliseconds
 */
export function checkHistory(history: History, bound: number): void {
  const stories = byName(history);
  const refused = new Map<string, Decision>();
  for (const decision of history.decisions) {
    const { isolate, token, verdict } = decision;
    if (verdict === "accepted") {
      history.violations.push(...acceptedTooLate(decision, stories, bound));
      history.violations.push(...acceptedAfterRefused(decision, refused.get(`${isolate} ${token.number}`), stories));
    } else if (verdict === "condemned") {
      refused.set(`${isolate} ${token.number}`, decision);
      history.violations.push(...refusedForNothing(decision, stories, bound));
    }
  }
}

function byName(history: History): ReadonlyMap<RecordName, NameStory> {
  const stories = new Map<RecordName, NameStory>();
  const storyOf = (name: RecordName) => {
    const story = stories.get(name) ?? { restrictions: [], lifts: [], outside: [] };
    stories.set(name, story);
    return story;
  };
  for (const command of history.commands) {
    const { restrictions, lifts } = storyOf(command.name);
    (command.command.do === "lift" ? lifts : restrictions).push(command);
  }
  for (const record of history.outside) storyOf(record.name).outside.push(record);
  return stories;
}

function* acceptedTooLate(
  decision: Decision,
  stories: ReadonlyMap<RecordName, NameStory>,
  bound: number,
): Generator<string> {
  const { source, demand, arrivedAt, decidedAt, token, guardTime } = decision;
  if (source === "kv") {
    if (demand.onStaleMirror === "deny") yield `${title(decision)} on the word of KV, where the route denies.`;
    return;
  }
  // A strict request is answered by the ledger, which had got the question after the request arrived.
  const enforcedSince = demand.revocation === "strict" ? arrivedAt - 1 : decidedAt - bound;
  for (const { name, emitted, command } of storiesOf(token, stories, ({ restrictions }) => restrictions)) {
    if (emitted === undefined || emitted.at > enforcedSince || emitted.answer.record === null) continue;
    if (!condemns(restrictionsOf(emitted.answer.record), token, guardTime)) continue;
    const { order } = emitted;
    const lifts = stories.get(name)?.lifts ?? [];
    const mayBeLifted = lifts.some((lift) => lift.sentAt <= decidedAt && (lift.emitted?.order ?? Infinity) > order);
    if (!mayBeLifted) {
      yield `${title(decision)} by ${source}, though ${command.id} on ${name} was acknowledged ${decidedAt - emitted.at} ms before.`;
    }
  }
}

function* acceptedAfterRefused(
  decision: Decision,
  refused: Decision | undefined,
  stories: ReadonlyMap<RecordName, NameStory>,
): Generator<string> {
  if (refused === undefined) return;
  const lifts = storiesOf(decision.token, stories, (story) => story.lifts);
  if (lifts.some(({ sentAt }) => sentAt <= decision.decidedAt)) return;
  yield `${title(decision)} by ${decision.source}, though this isolate had refused it at ${refused.decidedAt} ms.`;
}

function* refusedForNothing(
  decision: Decision,
  stories: ReadonlyMap<RecordName, NameStory>,
  bound: number,
): Generator<string> {
  const { source, decidedAt, token, guardTime } = decision;
  // Strict requests are refused by what a mirror knows as well, however old that is.
  if (source !== "mirror") return;
  const liftedSince = decidedAt - bound;
  for (const name of token.names) {
    const { restrictions = [], outside = [], lifts = [] } = stories.get(name) ?? {};
    const surelyLifted = lifts.filter(({ emitted }) => emitted !== undefined && emitted.at <= liftedSince);
    const holds = (record: RevocationRecord | undefined) => record === undefined || condemns(record, token, guardTime);
    const byCommand = restrictions.some(
      ({ sentAt, emitted }) =>
        sentAt <= decidedAt &&
        (emitted === undefined || emitted.answer.record === null || holds(restrictionsOf(emitted.answer.record))) &&
        !surelyLifted.some((lift) => (lift.emitted?.order ?? 0) > (emitted?.order ?? Infinity)),
    );
    const fromOutside = outside.some(
      ({ record, writtenAt }) =>
        writtenAt <= decidedAt && holds(record) && !surelyLifted.some((lift) => lift.sentAt > writtenAt),
    );
    if (byCommand || fromOutside) return;
  }
  yield `${title(decision)} by ${source}, though nothing condemns it.`;
}

function storiesOf<T>(
  { names }: SimulatedToken,
  stories: ReadonlyMap<RecordName, NameStory>,
  pick: (story: NameStory) => readonly T[],
): T[] {
  return names.flatMap((name) => {
    const story = stories.get(name);
    return story === undefined ? [] : [...pick(story)];
  });
}

function title({ isolate, token, demand, arrivedAt, decidedAt, verdict }: Decision): string {
  const when = decidedAt === arrivedAt ? `at ${decidedAt} ms` : `at ${decidedAt} ms (arrived at ${arrivedAt} ms)`;
  return `Isolate ${isolate} ${verdict} token ${token.number} ${when} under ${demand.revocation}/${demand.onStaleMirror}`;
}
