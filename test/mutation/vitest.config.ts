import { defineConfig } from "vitest/config";
import { QuickFirst } from "./quick-first.ts";
import { workerModules } from "./worker-modules.ts";

/**
 * The tests of what is mutated, on plain Node: Stryker switches mutants on inside the process that runs the tests, which it
 * cannot do in workerd. Left out are tests that need workerd, tests of folders that are not mutated, and tests that are slow because
 * they make many keys or many random cases; `npm test` runs all of them.
 */
export default defineConfig({
  plugins: [workerModules],
  test: {
    environment: "node",
    isolate: false,
    sequence: { sequencer: QuickFirst },
    setupFiles: ["test/mutation/worker-crypto.ts"],
    include: [
      "test/unit/authorize/**/*.test.ts",
      "test/unit/conformance/{comparing-strings,header-parameters,refusals}.test.ts",
      "test/unit/config/{operators,operator-settings}.test.ts",
      "test/unit/gateway/{answer,cache-privacy,foreign-headers,identity,remove-credentials,token-watch}.test.ts",
      "test/unit/ledger/decode-command.test.ts",
      "test/unit/model/**/*.test.ts",
      "test/unit/operator/{access,authenticate,describe-api}.test.ts",
      "test/unit/platform/bounded-map.test.ts",
      "test/unit/revocation/{freshness,merge-records,mirror,mirror-reader,mirror-refresh,record-value}.test.ts",
    ],
    exclude: ["test/unit/authorize/{algorithms,signature-like-jose,signature-special-cases}.test.ts"],
  },
});
