import type { Case, Limits } from "./cases.ts";
import { type Contestant, rightAnswers } from "./contestants.ts";
import type { Line } from "./traffic.ts";
import type { Counters } from "./upstream/counters.ts";

/** What happened behind a contestant while it had its requests. */
export interface Observed {
  readonly counts: Counters;
  readonly seconds: number;
  /** Of the last request that reached the origin. */
  readonly lastHead: string;
}

/** Between two questions of an isolate to its ledger, and between two looks of the ledger through KV. */
const QUESTION_SECONDS = 1;
const SCAN_SECONDS = 15;

/** What is wrong with the operations that one contestant caused for these requests. */
export function checkCounts(
  of: Case,
  contestant: Contestant,
  lines: readonly Line[],
  { counts, seconds, lastHead }: Observed,
): string[] {
  const { good, bad } = rightAnswers(contestant);
  const forwarded = lines.filter((line) => (line.good ? good : bad).has(200)).length;
  const faults = [exactly("origin requests", counts.originRequests, forwarded)];

  for (const header of forwarded > 0 ? contestant.identity : []) {
    if (!lastHead.toLowerCase().includes(header)) faults.push(`the origin was not told ${header}`);
  }
  if (contestant.worker === "jotgate") {
    const limits = limitsOf(of, contestant, lines);
    faults.push(atMost("KV reads", counts.kvReads, limits.kvReads));
    faults.push(
      atMost("key-set fetches", counts.keySetFetches, contestant.keys === "static" ? 0 : limits.keySetFetches),
    );
    // Only a token with a good signature is a reason to ask.
    const asks = contestant.ledger && forwarded > 0;
    faults.push(atMost("ledger questions", counts.ledgerQuestions, asks ? perInterval(seconds, QUESTION_SECONDS) : 0));
    // Shows that counting works.
    if (asks && seconds > 2 * QUESTION_SECONDS) faults.push(atLeast("ledger questions", counts.ledgerQuestions, 1));
    faults.push(atMost("KV lists", counts.kvLists, contestant.ledger ? perInterval(seconds, SCAN_SECONDS) : 0));
    faults.push(exactly("KV writes", counts.kvWrites, 0));
  }
  // Peers whose number is known show that counting works.
  if (contestant.readsPerGoodToken !== undefined) {
    faults.push(exactly("KV reads", counts.kvReads, forwarded * contestant.readsPerGoodToken));
  }
  return faults.filter((fault) => fault !== undefined);
}

/** With a ledger in its steady state, no request is a reason to read KV. */
function limitsOf(of: Case, { ledger }: Contestant, lines: readonly Line[]): Limits {
  const limits = of.limits(lines.length, new Set(lines.map(({ token }) => token)).size);
  return ledger ? { ...limits, kvReads: 0 } : limits;
}

/** How often something is seen in a time at most when so many seconds lie between two beginnings; one may have been late. */
function perInterval(seconds: number, interval: number): number {
  return Math.floor(seconds / interval) + 2;
}

function exactly(what: string, counted: number, expected: number): string | undefined {
  return counted === expected ? undefined : `${counted} ${what} instead of ${expected}`;
}

function atLeast(what: string, counted: number, limit: number): string | undefined {
  return counted >= limit ? undefined : `${counted} ${what}, under the limit of ${limit}`;
}

function atMost(what: string, counted: number, limit: number): string | undefined {
  return counted <= limit ? undefined : `${counted} ${what}, over the limit of ${limit}`;
}
