// Reports the size of the deployable Worker and fails when it is over the limits. What is imported when it is called (the ledger,
// the operator API, the words for a wrong configuration) is counted apart from what guards evaluate.
import { sizeOfWorker } from "../bench/worker-parts.ts";

const LIMITS: readonly {
  readonly what: string;
  readonly imported: readonly string[] | "all";
  readonly limit: number;
}[] = [
  // What every guard evaluates: whatever its keys come from, with KV and with a ledger.
  { what: "request path", imported: [], limit: 25_000 },
  // What else a guard imports by its configuration, before its first request.
  { what: "request path with assertions", imported: ["./gateway/assertion.ts"], limit: 25_650 },
  { what: "all that is deployed", imported: "all", limit: 66_600 },
];

for (const { what, imported, limit } of LIMITS) {
  const size = await sizeOfWorker(imported);
  console.log(`Worker, ${what}: ${size} bytes minified and gzipped (limit ${limit}).`);
  if (size > limit) process.exitCode = 1;
}
