import type { Asking } from "../system/ledger/history/events.ts";
import type { Caller } from "./caller.ts";
import type { Sending } from "./client.ts";
import type { LiveTarget } from "./live-target.ts";
import type { PublishedKey } from "./rotating-issuer.ts";

/** When a request was under way. Dates are NumericDates, the others milliseconds of the client's clock. */
export interface Moment {
  readonly guard: string;
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly sentDate: number;
  readonly receivedDate: number;
}

/** What may be said to a request, whatever its guard can reach. Who knows the token's making knows this. */
export interface Truth {
  /** Whether it may be let through. */
  readonly mayPass: (moment: Moment) => boolean;
  /** Reasons for which it may be refused. */
  readonly mayBeRefused: (reason: string, moment: Moment) => boolean;
  /** Set when the keys that it takes to find out have to be fetched. */
  readonly keys?: { readonly outage: string; readonly key?: PublishedKey };
  /** Set when the answer is a part of a history of commands. */
  readonly target?: LiveTarget;
}

/** One request of the load. */
export interface Question {
  /** For the report. */
  readonly kind: string;
  readonly asking: Asking | "public";
  readonly sending: Sending;
  readonly truth: Truth;
  /** Whom the origin has to be told of, if it is asked at all. */
  readonly caller: Caller;
}

export const GOOD: Truth = { mayPass: () => true, mayBeRefused: () => false };

/** Refused for one of these reasons, always. */
export function badBecause(...reasons: readonly string[]): Truth {
  return { mayPass: () => false, mayBeRefused: (reason) => reasons.includes(reason) };
}

/** Seconds by which the clocks of client and guard may come apart, with their steps. */
const CLOCKS = 0.05;

/** Good before its end and expired from then on. */
export function goodUntil(expiresAt: number): Truth {
  return {
    mayPass: ({ sentDate }) => sentDate < expiresAt + CLOCKS,
    mayBeRefused: (reason, { receivedDate }) => reason === "token_expired" && receivedDate >= expiresAt - CLOCKS,
  };
}
