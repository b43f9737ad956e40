import { describe, expect, it } from "vitest";
import { runWorlds } from "./command.ts";
import { MUTATIONS } from "./mutations.ts";

describe("the checker notices", () => {
  it.each(MUTATIONS)("$name", async ({ name, needsDays }) => {
    const pages = needsDays ? [] : ["--short-pages"];
    // These worlds are among those in which the code as it is keeps all promises.
    const { failure } = await runWorlds("--seeds", "300", "--mutation", name, ...pages);
    expect(failure?.violations).not.toEqual([]);
    expect(failure).toBeDefined();
  });
});
