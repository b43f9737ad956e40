import type { ContestantName } from "./contestants.ts";

/** What the load is made of; `traffic.ts` writes it. */
export type Traffic =
  | "one token"
  | "returning tokens"
  | "new tokens"
  | "returning and new tokens"
  | "malformed"
  | "forged, distinct"
  | "forged, one"
  | "unknown kid"
  | "no token";

/** Operations that Jotgate without a ledger may cause behind it, in a run of a few seconds from its start on. */
export interface Limits {
  readonly kvReads: number;
  /** When it gets its keys from the issuer; otherwise there is nothing to fetch. */
  readonly keySetFetches: number;
}

export interface Case {
  readonly name: string;
  readonly title: string;
  readonly traffic: Traffic;
  /** How many tokens return; for `returning tokens`. */
  readonly returning?: number;
  readonly contestants: readonly ContestantName[];
  readonly connections: number;
  /** Requests in a batch. */
  readonly batch: number;
  /** Milliseconds that a read of KV takes. */
  readonly kvLatency: number;
  /** For so many requests with so many different tokens. */
  readonly limits: (requests: number, tokens: number) => Limits;
}

const GUARDS: readonly ContestantName[] = [
  "raw",
  "jose-kv",
  "hono-jose-kv",
  "hono-jwk",
  "hono-jwk-uri",
  "jotgate",
  "jotgate-uri",
  "jotgate-ledger",
];
const FORWARDING: readonly ContestantName[] = [
  "bare",
  "bare-headers",
  "bare-log",
  "bare-complete",
  ...GUARDS,
  "jotgate-plain",
  "jotgate-headers",
];
const REFUSING: readonly ContestantName[] = ["bare", "refuse", "refuse-log", ...GUARDS];

const FORWARDED = { connections: 16, batch: 150, kvLatency: 0 };
/** A refusal takes less time, and a batch must not be too short. */
const REFUSED = { ...FORWARDED, batch: 300 };
const NOTHING = () => ({ kvReads: 0, keySetFetches: 0 });
const KEYS_ONLY = () => ({ kvReads: 0, keySetFetches: 1 });
/** Records are asked for again after some seconds; a short run meets that moment at most once. */
const ONE_READ_PER_TOKEN = (requests: number, tokens: number) => ({
  kvReads: Math.min(requests, 2 * tokens),
  keySetFetches: 1,
});
/** The first fetch may be a second old when a `kid` that is not in it is searched for. */
const ONE_SEARCH = () => ({ kvReads: 0, keySetFetches: 2 });
/** With one connection, latency is what a request waits and not how many wait. */
const LATENCY = {
  traffic: "one token",
  connections: 1,
  batch: 30,
  contestants: [
    "bare",
    "bare-headers",
    "bare-complete",
    "raw",
    "jose-kv",
    "hono-jose-kv",
    "jotgate",
    "jotgate-ledger",
    "jotgate-plain",
  ],
  limits: ONE_READ_PER_TOKEN,
} as const;

export const CASES: readonly Case[] = [
  {
    ...FORWARDED,
    name: "hot",
    title: "hot: one token",
    traffic: "one token",
    contestants: FORWARDING,
    limits: ONE_READ_PER_TOKEN,
  },
  {
    ...FORWARDED,
    name: "warm",
    title: "warm: 1,000 tokens",
    traffic: "returning tokens",
    returning: 1000,
    contestants: FORWARDING,
    limits: ONE_READ_PER_TOKEN,
  },
  {
    ...FORWARDED,
    name: "fresh",
    title: "fresh: no token twice",
    traffic: "new tokens",
    contestants: FORWARDING,
    limits: ONE_READ_PER_TOKEN,
  },
  {
    ...FORWARDED,
    name: "mix",
    title: "mix: 90 % of 1,000 tokens, 10 % new",
    traffic: "returning and new tokens",
    returning: 1000,
    contestants: FORWARDING,
    limits: ONE_READ_PER_TOKEN,
  },
  {
    ...REFUSED,
    name: "malformed",
    title: "malformed",
    traffic: "malformed",
    contestants: REFUSING,
    limits: NOTHING,
  },
  {
    ...REFUSED,
    name: "forged-distinct",
    title: "forged: no token twice",
    traffic: "forged, distinct",
    contestants: REFUSING,
    limits: KEYS_ONLY,
  },
  {
    ...REFUSED,
    name: "forged-repeated",
    title: "forged: one token",
    traffic: "forged, one",
    contestants: REFUSING,
    limits: KEYS_ONLY,
  },
  {
    ...REFUSED,
    name: "unknown-kid",
    title: "unknown kid, no token twice",
    traffic: "unknown kid",
    contestants: REFUSING,
    limits: ONE_SEARCH,
  },
  { ...REFUSED, name: "no-token", title: "no token", traffic: "no token", contestants: REFUSING, limits: NOTHING },
  { ...LATENCY, name: "kv-0", title: "hot, KV takes 0 ms, one connection", kvLatency: 0 },
  { ...LATENCY, name: "kv-2", title: "hot, KV takes 2 ms, one connection", kvLatency: 2 },
  { ...LATENCY, name: "kv-10", title: "hot, KV takes 10 ms, one connection", kvLatency: 10 },
];
