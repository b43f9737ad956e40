import type { RecordKind, RevocationRecord } from "../../src/model/revocation.ts";
import { idOf } from "../../src/revocation/record-id.ts";
import type { RecordName } from "../../src/revocation/record-name.ts";
import type { Code } from "./code.ts";
import type { History, SimulatedToken } from "./history.ts";
import type { Isolate } from "./isolate.ts";
import type { SimulatedKv } from "./kv.ts";
import type { LedgerHost, SimulatedLedger } from "./ledger-host.ts";
import { BEGINNING, runIn } from "./machine.ts";
import type { Callee } from "./network.ts";
import { both, condemns, isAsStrict, restrictionsOf, same } from "./records.ts";
import type { World } from "./world.ts";

export interface Outcome {
  readonly code: Code;
  readonly world: World;
  readonly history: History;
  readonly host: LedgerHost;
  readonly kv: SimulatedKv;
  readonly tokens: readonly SimulatedToken[];
  readonly isolates: readonly Isolate[];
  /** Somebody has not heard yet that his command or record was taken. */
  readonly areWaiting: boolean;
}

/** Seconds by which a record has to outlast the end of a world to be looked for. Clocks differ. */
const MARGIN = 1_800;

/**
 * Checks how a world stands after some minutes without faults: every command was acknowledged, and ledger, KV and all mirrors
 * agree on exactly what was asked for. KV alone suffices for another ledger with the same records.
 */
export async function checkOutcome(outcome: Outcome): Promise<void> {
  const { history, world, host, kv, code } = outcome;
  if (outcome.areWaiting) history.violations.push("A writer still has no acknowledgement.");
  const end = (BEGINNING + world.now) / 1000 + MARGIN;
  const expected = expectedRecords(history, end);
  const ledger = await recordsOf(host.current, outcome, end);
  const backlog = await backlogOf(host, world);
  if (backlog !== 0) history.violations.push(`There is a backlog of ${String(backlog)} records.`);
  for (const [name, record] of expected) {
    const held = ledger.get(idText(name));
    if (held === undefined || !same(held, record)) {
      history.violations.push(`The ledger has ${text(held)} under ${name}, not ${text(record)}.`);
    }
    const { value } = kv.stored(name);
    const copied = value === null ? undefined : code.readRecord(name.split(":")[1] as RecordKind, value);
    if (!isAsStrict(copied, record) || !isAsStrict(record, copied ?? record)) {
      history.violations.push(`KV has ${String(value)} under ${name}, not ${text(record)}.`);
    }
  }
  const names = new Map([...expected.keys()].map((name) => [idText(name), name]));
  for (const [id, record] of ledger) {
    if (!names.has(id)) history.violations.push(`The ledger has ${text(record)} under ${id}, where nothing should be.`);
  }
  await checkMirrors(outcome, expected);
  await checkRebuilding(outcome, ledger, end);
}

/** What should be in force under each name, by all acknowledgements and all records from outside. */
function expectedRecords(history: History, end: number): Map<RecordName, RevocationRecord> {
  const expected = new Map<RecordName, RevocationRecord>();
  const lastLift = new Map<RecordName, { order: number; sentAt: number }>();
  for (const { name, command, emitted, sentAt } of history.commands) {
    if (command.do !== "lift" || emitted === undefined) continue;
    if (emitted.order > (lastLift.get(name)?.order ?? 0)) lastLift.set(name, { order: emitted.order, sentAt });
  }
  const answers = history.commands.flatMap(({ name, command, emitted }) =>
    command.do === "lift" || emitted === undefined ? [] : [{ name, ...emitted }],
  );
  for (const { name, order, at, answer } of answers.toSorted((one, other) => one.order - other.order)) {
    if (answer.record === null || order < (lastLift.get(name)?.order ?? 0)) continue;
    const before = expected.get(name);
    // What has ended may be forgotten; anything else has to be in what comes after it.
    const isOver = before?.until !== undefined && before.until <= (BEGINNING + at) / 1000;
    expected.set(name, both(isOver ? undefined : before, restrictionsOf(answer.record)));
  }
  for (const { name, record, writtenAt } of history.outside) {
    const lift = lastLift.get(name);
    if (record === undefined || (lift !== undefined && lift.sentAt > writtenAt)) continue;
    expected.set(name, both(expected.get(name), record));
  }
  for (const [name, { until = Infinity }] of expected) if (until < end) expected.delete(name);
  return expected;
}

/** All live records of a ledger, by the first half of their ids, read as a mirror reads them. */
async function recordsOf(
  callee: Callee<SimulatedLedger> | undefined,
  { code, world, history }: Outcome,
  end: number,
): Promise<Map<string, RevocationRecord>> {
  const records = new Map<string, RevocationRecord>();
  if (callee === undefined) {
    history.violations.push("There is no ledger.");
    return records;
  }
  let question: { ledger: string | null; since: number } = { ledger: null, since: 0 };
  let isDone = false;
  const read = async () => {
    while (!isDone) {
      const answer = await callee.service.changes(question);
      if (answer.kind !== "changes") throw new Error(`The ledger answers ${answer.kind}.`);
      for (const { high, low, says, invalid } of code.readPage(answer.page)) {
        const id = `${high}-${low}`;
        if (says === "lifted") records.delete(id);
        else records.set(id, says);
        if (invalid) history.violations.push(`The ledger still has something unreadable under ${id}.`);
      }
      isDone = answer.complete;
      question = { ledger: answer.ledger, since: answer.through };
    }
  };
  const failed = (error: unknown) => history.violations.push(`The ledger does not answer: ${String(error)}`);
  runIn(callee.context, read).catch(failed);
  await world.runUntil(world.now + 1_000);
  if (!isDone) history.violations.push("The ledger does not answer within a second.");
  for (const [id, { until = Infinity }] of records) if (until < end) records.delete(id);
  return records;
}

/** Records that KV has not been told of yet; undefined when the ledger does not say. */
export async function backlogOf(host: LedgerHost, world: World): Promise<number | undefined> {
  const callee = host.current;
  if (callee === undefined) return undefined;
  let records: number | undefined;
  runIn(callee.context, () => callee.service.reader.status()).then(
    ({ backlog }) => {
      records = backlog.records;
    },
    () => undefined,
  );
  await world.runUntil(world.now + 1_000);
  return records;
}

/** Every guard, asked for every token, decides as it should. */
async function checkMirrors(
  { world, history, tokens, isolates }: Outcome,
  expected: ReadonlyMap<RecordName, RevocationRecord>,
): Promise<void> {
  const endsLate = tokens.filter(({ expiresAt }) => expiresAt > (BEGINNING + world.now) / 1000 + MARGIN);
  const asked = history.decisions.length;
  for (const isolate of isolates) {
    for (const token of endsLate) isolate.request(token, { revocation: "bounded", onStaleMirror: "deny" });
  }
  for (const token of endsLate) isolates[0]?.request(token, { revocation: "strict", onStaleMirror: "deny" });
  await world.runUntil(world.now + 3_000);
  const decisions = history.decisions.slice(asked).filter(({ token }) => endsLate.includes(token));
  const count = endsLate.length * (isolates.length + 1);
  if (decisions.length < count) history.violations.push(`${count - decisions.length} guards do not answer.`);
  for (const { token, isolate, verdict, guardTime, demand } of decisions) {
    const isCondemned = token.names.some((name) => {
      const record = expected.get(name);
      return record !== undefined && condemns(record, token, guardTime);
    });
    const right = isCondemned ? "condemned" : "accepted";
    if (verdict !== right) {
      history.violations.push(
        `In the end isolate ${isolate} says ${verdict} to token ${token.number} (${demand.revocation}), not ${right}.`,
      );
    }
  }
}

/** A ledger with an empty storage finds everything in KV. */
async function checkRebuilding(
  outcome: Outcome,
  before: ReadonlyMap<string, RevocationRecord>,
  end: number,
): Promise<void> {
  const { world, host, history } = outcome;
  await world.runUntil(world.now + 60_000);
  host.loseStorage();
  await world.runUntil(world.now + 10_000);
  const after = await recordsOf(host.current, outcome, end);
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(id), after.get(id)];
    if (one === undefined || other === undefined || !same(one, other)) {
      history.violations.push(`A ledger made from KV has ${text(other)} under ${id}, not ${text(one)}.`);
    }
  }
}

function idText(name: RecordName): string {
  const { high, low } = idOf(name);
  return `${high}-${low}`;
}

function text(record: RevocationRecord | undefined): string {
  return record === undefined ? "nothing" : JSON.stringify(record);
}
