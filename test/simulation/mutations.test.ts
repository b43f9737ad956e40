import { describe, expect, it } from "vitest";
import { runWorlds } from "./command.ts";
import { MUTATIONS } from "./mutations.ts";

describe("the checker notices", () => {
  it.each(MUTATIONS)("$name", async ({ name, needsDays, from = 1 }) => {
    const pages = needsDays ? [] : ["--short-pages"];
    const { failure } = await runWorlds("--from", String(from), "--seeds", "1500", "--mutation", name, ...pages);
    expect(failure?.violations).not.toEqual([]);
    expect(failure).toBeDefined();
  });
});
