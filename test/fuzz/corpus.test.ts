import { expect, it } from "vitest";
import { parseCorpus, readCorpus } from "./corpus.ts";
import { problemOf } from "./fuzz-target.ts";
import { TARGETS } from "./targets.ts";

it.each(TARGETS.map((target) => [target.name, target] as const))(
  "nothing that fuzzing kept breaks a promise any more: %s",
  async (name, target) => {
    const inputs = new Set([...target.seeds, ...readCorpus(name)]);
    expect(inputs.size).toBeGreaterThan(target.seeds.length);
    for (const input of inputs) expect([input, await problemOf(target, input)]).toEqual([input, undefined]);
  },
);

it("a corpus is one JSON string a line", () => {
  expect(parseCorpus('"a\\nb"\n"\\ud800"\n')).toEqual(["a\nb", "\ud800"]);
});
