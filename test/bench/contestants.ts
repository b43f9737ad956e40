/** How a contestant answers: everything with 200, everything with 401, or good tokens with 200 and bad ones with 401. */
export type Behaviour = "forwards" | "refuses" | "checks";

export interface Contestant {
  readonly name: string;
  readonly title: string;
  readonly behaviour: Behaviour;
  /** Jotgate is built as it is deployed; peers are files in `peers/`. */
  readonly worker: "jotgate" | { readonly peer: string };
  /** Jotgate gets its keys from the configuration or from the issuer. */
  readonly keys?: "static" | "jwks_uri";
  /** Jotgate asks KV alone, or has a ledger in the same process. */
  readonly ledger?: true;
  /** Jotgate's settings beside what all need, as JSON; its defaults without. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Headers that the origin has to get from it. */
  readonly identity: readonly string[];
  /** Of KV, where the number is known. */
  readonly readsPerGoodToken?: number;
}

const HEADERS = ["x-subject: user-", "x-scope: items:read items:write"];
const JOTGATE_HEADERS = ["x-jotgate-subject: user-", "x-jotgate-scope: items:read%20items:write"];

/** What peers do not do, either: a line of log for each request, and headers for who does not read them. */
const PLAIN = {
  DECISION_LOG: "refused",
  IDENTITY_HEADERS: { subject: false, issuer: false, scope: false, client: false },
};
const TWO_HEADERS = { DECISION_LOG: "refused", IDENTITY_HEADERS: { issuer: false, client: false } };

const ALL = [
  { name: "bare", title: "bare pass-through", behaviour: "forwards", worker: { peer: "bare" }, identity: [] },
  {
    name: "bare-headers",
    title: "bare + two identity headers",
    behaviour: "forwards",
    worker: { peer: "bare-headers" },
    identity: HEADERS,
  },
  {
    name: "bare-log",
    title: "bare + one line of log",
    behaviour: "forwards",
    worker: { peer: "bare-log" },
    identity: [],
  },
  {
    name: "bare-complete",
    title: "bare + what every answer carries",
    behaviour: "forwards",
    worker: { peer: "bare-complete" },
    identity: ["x-forwarded-host: 127.0.0.1", "x-forwarded-proto: http", "x-jotgate-request-id: "],
  },
  { name: "refuse", title: "refuse at once", behaviour: "refuses", worker: { peer: "refuse" }, identity: [] },
  {
    name: "refuse-log",
    title: "refuse at once, same answer and one line of log",
    behaviour: "refuses",
    worker: { peer: "refuse-log" },
    identity: [],
  },
  { name: "raw", title: "raw verify", behaviour: "checks", worker: { peer: "raw-verify" }, identity: [] },
  {
    name: "jose-kv",
    title: "jose + 2 KV",
    behaviour: "checks",
    worker: { peer: "jose-kv" },
    identity: [],
    readsPerGoodToken: 2,
  },
  {
    name: "hono-jose-kv",
    title: "Hono + jose + 2 KV + headers",
    behaviour: "checks",
    worker: { peer: "hono-jose-kv" },
    identity: HEADERS,
    readsPerGoodToken: 2,
  },
  {
    name: "hono-jwk",
    title: "Hono jwk, static keys",
    behaviour: "checks",
    worker: { peer: "hono-jwk" },
    identity: [],
  },
  {
    name: "hono-jwk-uri",
    title: "Hono jwk, jwks_uri",
    behaviour: "checks",
    worker: { peer: "hono-jwk-uri" },
    identity: [],
  },
  {
    name: "jotgate",
    title: "Jotgate, static keys",
    behaviour: "checks",
    worker: "jotgate",
    keys: "static",
    identity: JOTGATE_HEADERS,
  },
  {
    name: "jotgate-uri",
    title: "Jotgate, jwksUri",
    behaviour: "checks",
    worker: "jotgate",
    keys: "jwks_uri",
    identity: JOTGATE_HEADERS,
  },
  {
    name: "jotgate-ledger",
    title: "Jotgate, static keys, ledger",
    behaviour: "checks",
    worker: "jotgate",
    keys: "static",
    ledger: true,
    identity: JOTGATE_HEADERS,
  },
  {
    name: "jotgate-plain",
    title: "Jotgate, no identity headers, no log of allowed requests, ledger",
    behaviour: "checks",
    worker: "jotgate",
    keys: "static",
    ledger: true,
    settings: PLAIN,
    identity: [],
  },
  {
    name: "jotgate-headers",
    title: "Jotgate, two identity headers, no log of allowed requests, ledger",
    behaviour: "checks",
    worker: "jotgate",
    keys: "static",
    ledger: true,
    settings: TWO_HEADERS,
    identity: JOTGATE_HEADERS,
  },
] as const satisfies readonly Contestant[];

export type ContestantName = (typeof ALL)[number]["name"];

export const CONTESTANTS: readonly (Contestant & { readonly name: ContestantName })[] = ALL;

/** Statuses that count as the right answer to good and to bad tokens. */
export function rightAnswers({ behaviour }: Contestant): {
  readonly good: ReadonlySet<number>;
  readonly bad: ReadonlySet<number>;
} {
  const forwarded = new Set([200]);
  // RFC 6750 §3.1: 400 for a request that is malformed, 401 for a token that is.
  const refused = new Set([400, 401]);
  switch (behaviour) {
    case "forwards":
      return { good: forwarded, bad: forwarded };
    case "refuses":
      return { good: refused, bad: refused };
    case "checks":
      return { good: forwarded, bad: refused };
  }
}
