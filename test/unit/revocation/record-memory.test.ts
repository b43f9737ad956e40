import { describe, expect, it } from "vitest";
import { RecordMemory, type RememberedRecord } from "../../../src/revocation/record-memory.ts";
import type { RecordName } from "../../../src/revocation/record-name.ts";

const name = (id: string | number): RecordName => `jotgate1:token:${id}`;
const absent = (askedAt = 0): RememberedRecord => ({ record: null, askedAt });
const present = (askedAt = 0, minimumTokenVersion = 1): RememberedRecord => ({
  record: { revoked: false, issuedBefore: undefined, minimumTokenVersion, until: undefined },
  askedAt,
});
const invalid = (askedAt = 0): RememberedRecord => ({ record: "invalid", askedAt });

/** How many of the names `from` to `to` are remembered. */
function countKnown(memory: RecordMemory, from: number, to: number): number {
  let known = 0;
  for (let id = from; id < to; id++) if (memory.get(name(id)) !== undefined) known++;
  return known;
}

it("gives back what was set, records and absences alike", () => {
  const memory = new RecordMemory();
  memory.set(name("a"), present());
  memory.set(name("b"), absent());
  expect(memory.get(name("a"))).toEqual(present());
  expect(memory.get(name("b"))).toEqual(absent());
  expect(memory.get(name("c"))).toBeUndefined();
});

it("counts what is no record as one", () => {
  const memory = new RecordMemory();
  memory.set(name("a"), invalid());
  for (let id = 0; id < 6_000; id++) memory.set(name(id), absent());
  expect(memory.get(name("a"))).toEqual(invalid());
});

describe("a newer answer", () => {
  it.each([
    ["a record takes the place of an absence", absent(1), present(2)],
    ["an absence takes the place of a record", present(1), absent(2)],
    ["a record takes the place of a record", present(1, 1), present(2, 2)],
    ["an answer to a question of the same time takes its place", absent(1), present(1)],
  ])("%s", (_, before, after) => {
    const memory = new RecordMemory();
    memory.set(name("a"), before);
    memory.set(name("a"), after);
    expect(memory.get(name("a"))).toEqual(after);
  });

  it.each([
    ["a late absence", present(2), absent(1)],
    ["a late record", absent(2), present(1)],
  ])("keeps its place against %s that was asked for before", (_, newer, late) => {
    const memory = new RecordMemory();
    memory.set(name("a"), newer);
    memory.set(name("a"), late);
    expect(memory.get(name("a"))).toEqual(newer);
  });
});

describe("memory is bounded", () => {
  it.each([
    ["absences", absent],
    ["records", present],
  ])("to 5,000 %s, of which the one written longest ago goes first", (_, entry) => {
    const memory = new RecordMemory();
    for (let id = 0; id < 5_000; id++) memory.set(name(id), entry());
    expect(countKnown(memory, 0, 5_000)).toBe(5_000);
    memory.set(name(0), entry(1));
    memory.set(name(5_000), entry());
    expect(memory.get(name(1))).toBeUndefined();
    expect(memory.get(name(0))).toBeDefined();
    for (let id = 5_001; id < 20_000; id++) memory.set(name(id), entry());
    expect(countKnown(memory, 0, 20_000)).toBe(5_000);
  });

  it("so that a flood of absences drives out no record", () => {
    const memory = new RecordMemory();
    memory.set(name("revoked"), present());
    for (let id = 0; id < 20_000; id++) memory.set(name(id), absent());
    expect(memory.get(name("revoked"))).toEqual(present());
  });
});
