import { describe, expect, it } from "vitest";
import { runWorlds } from "./command.ts";

/** Of one kind. `npm run simulate -- --seeds 5000 --from 2000` runs as many as one likes. */
const WORLDS = 1_000;

/** Virtual seconds of each. */
const SECONDS = "25";

/** Nothing but a bound for a machine that is busy with other things. */
const TIMEOUT_MS = 900_000;

describe.concurrent("in simulated worlds", { timeout: TIMEOUT_MS }, () => {
  it.each([
    { kind: "as they are", options: [] },
    { kind: "whose first load takes several pages", options: ["--short-pages"] },
  ])("$kind, all promises are kept, and there was something to keep", async ({ options }) => {
    const { runs, counts, failure } = await runWorlds("--seeds", String(WORLDS), "--seconds", SECONDS, ...options);
    expect(failure).toBeUndefined();
    expect(runs).toBe(WORLDS);
    for (const what of ["accepted by mirror", "accepted by ledger", "accepted by kv", "condemned", "unavailable"]) {
      expect(counts[what], what).toBeGreaterThan(5 * WORLDS);
    }
    for (const what of ["commands", "waited", "aborted", "clock jumps", "KV writes"]) {
      expect(counts[what], what).toBeGreaterThan(WORLDS);
    }
    for (const what of [
      "ledger replacements",
      "ledger restarts",
      "partitions",
      "evictions",
      "outside records adopted",
    ]) {
      expect(counts[what], what).toBeGreaterThan(WORLDS / 4);
    }
    for (const what of ["rebuilds", "invalid"]) expect(counts[what], what).toBeGreaterThan(WORLDS / 10);
    // One more in each world belongs to the check.
    expect(counts["ledger storage losses"]).toBeGreaterThan(1.1 * WORLDS);
  });

  it("the same seed makes the same history", async () => {
    const options = ["--seeds", "3", "--from", "77"];
    const [one, other, another] = await Promise.all([
      runWorlds(...options),
      runWorlds(...options),
      runWorlds("--seeds", "3", "--from", "78"),
    ]);
    expect(one.digest).toBe(other.digest);
    expect(one.digest).not.toBe(another.digest);
  });
});
