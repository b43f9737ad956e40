import type { Case } from "./cases.ts";
import { type Contestant, rightAnswers } from "./contestants.ts";
import type { Line } from "./traffic.ts";
import type { Counters } from "./upstream/counters.ts";

/** What is wrong with the operations that one contestant caused for these requests. */
export function checkCounts(
  of: Case,
  contestant: Contestant,
  lines: readonly Line[],
  counts: Counters,
  lastHead: string,
): string[] {
  const { good, bad } = rightAnswers(contestant);
  const forwarded = lines.filter((line) => (line.good ? good : bad).has(200)).length;
  const faults = [exactly("origin requests", counts.originRequests, forwarded)];

  for (const header of forwarded > 0 ? contestant.identity : []) {
    if (!lastHead.toLowerCase().includes(header)) faults.push(`the origin was not told ${header}`);
  }
  if (contestant.worker === "jotgate") {
    const limits = of.limits(lines.length, new Set(lines.map(({ token }) => token)).size);
    faults.push(atMost("KV reads", counts.kvReads, limits.kvReads));
    faults.push(
      atMost("key-set fetches", counts.keySetFetches, contestant.keys === "static" ? 0 : limits.keySetFetches),
    );
  }
  // Peers whose number is known show that counting works.
  if (contestant.readsPerGoodToken !== undefined) {
    faults.push(exactly("KV reads", counts.kvReads, forwarded * contestant.readsPerGoodToken));
  }
  return faults.filter((fault) => fault !== undefined);
}

function exactly(what: string, counted: number, expected: number): string | undefined {
  return counted === expected ? undefined : `${counted} ${what} instead of ${expected}`;
}

function atMost(what: string, counted: number, limit: number): string | undefined {
  return counted <= limit ? undefined : `${counted} ${what}, over the limit of ${limit}`;
}
