import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { attackFiles } from "./test/attacks/serve-attack-files.ts";

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./test/unit/wrangler.toml" } }), attackFiles],
        test: { name: "unit", include: ["test/unit/**/*.test.ts", "test/kit/**/*.test.ts"], isolate: false },
      },
      {
        test: {
          name: "simulation",
          environment: "node",
          include: ["test/simulation/**/*.test.ts"],
          // Nothing but a bound for a machine that is busy with other things.
          testTimeout: 600_000,
        },
      },
      {
        // The tools that look for faults: the fuzzer, and the judge of mutations.
        test: {
          name: "fuzz",
          environment: "node",
          include: ["test/fuzz/**/*.test.ts", "test/mutation/**/*.test.ts"],
          testTimeout: 600_000,
        },
      },
      {
        plugins: [attackFiles],
        test: {
          name: "system",
          environment: "node",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Each file starts a runtime of its own, and waits more than it works.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
