import { vi } from "vitest";
import type { JotgateConfig } from "../../src/config/config-schema.ts";
import { createJotgate } from "../../src/create-jotgate.ts";
import type { Forms } from "../../src/test-kit/faults.ts";
import { createBreakableFetch, createBreakableKv, createFaults, createLaggingKv } from "../../src/test-kit/test-kit.ts";
import type { TestIssuer } from "../support/test-issuer.ts";
import { REVOCATION_KEY } from "../unit/support.ts";

/** The guard's routes: each says how revocation is looked up. */
export const ROUTES = {
  "/deny": { revocation: "bounded", onStaleMirror: "deny" },
  "/kv": { revocation: "bounded", onStaleMirror: "kv" },
  "/strict": { revocation: "strict", onStaleMirror: "deny" },
  "/strict-or-kv": { revocation: "strict", onStaleMirror: "kv" },
} as const;

/** Where the issuer's documents are. */
const METADATA = "/.well-known/openid-configuration";

/** An answer as the client has it, with what is on record of it. */
export interface SceneAnswer {
  readonly status: number;
  /** Undefined when it broke off. */
  readonly body: string | undefined;
  readonly reason: unknown;
  readonly outcome: unknown;
  readonly source: unknown;
}

/** One guard in a new isolate, with a switch in front of each thing that it depends on. Timers are fake. */
export class GuardedScene {
  readonly store = createLaggingKv({ lag: 0 });
  readonly faults = {
    kv: createFaults(),
    keys: createFaults(),
    discovery: createFaults(),
    origin: createFaults(),
    ledger: createFaults(),
    cache: createFaults(),
  };
  readonly #guard;
  readonly #env;
  readonly #issuer: TestIssuer;
  readonly #host = `https://${crypto.randomUUID()}.example`;
  readonly #lines: Readonly<Record<string, unknown>>[] = [];

  constructor(issuer: TestIssuer, { hasLedger = false, discovers = false } = {}) {
    this.#issuer = issuer;
    this.#guard = createJotgate({
      origin: { binding: "ORIGIN" },
      originTimeout: 5,
      issuers: [
        {
          issuer: issuer.issuer,
          audiences: ["https://api.example"],
          algorithms: [issuer.algorithm],
          ...(discovers ? { discovery: true } : { jwksUri: `${issuer.issuer}/keys` }),
        },
      ],
      routes: Object.entries(ROUTES).map(([path, demand]) => ({ path, access: "bearer", ...(hasLedger && demand) })),
    } as unknown as JotgateConfig);
    const ledger = {
      idFromName: () => "ledger",
      getByName: () => ({
        changes: (question: unknown) => this.#askLedger("changes", question, NOTHING_NEW),
        look: (names: unknown) => this.#askLedger("look", names, NOTHING_FOUND),
      }),
    };
    this.#env = {
      REVOCATION_KEY,
      REVOCATIONS: createBreakableKv(this.store.at("here"), this.faults.kv),
      ORIGIN: { fetch: createBreakableFetch(async () => new Response("hello"), this.faults.origin) },
      ...(hasLedger && { LEDGER: ledger }),
    };
    vi.stubGlobal("fetch", this.#fetchDocument);
    vi.spyOn(console, "log").mockImplementation((line: string) => void this.#lines.push(JSON.parse(line)));
    const openCache = caches.open.bind(caches);
    vi.spyOn(caches, "open").mockImplementation((name) =>
      this.faults.cache.pass("open", () => openCache(name), CACHES),
    );
  }

  token(claims: Record<string, unknown> = {}): Promise<string> {
    return this.#issuer.sign(this.#issuer.claims({ sub: crypto.randomUUID(), ...claims }));
  }

  /** Sends a request and lets time go by until it is answered. */
  async ask(token: string, path: keyof typeof ROUTES = "/deny"): Promise<SceneAnswer> {
    const lifetime = { waitUntil: () => {}, passThroughOnException: () => {} } as unknown as ExecutionContext;
    const request = new Request(this.#host + path, { headers: { authorization: `Bearer ${token}` } });
    const response = await passTime(this.#guard.fetch(request, this.#env, lifetime));
    const id = response.headers.get("x-jotgate-request-id");
    const record = this.#lines.find(({ requestId }) => requestId === id);
    const revocation = record?.["revocation"] as { source?: unknown; unchecked?: unknown } | undefined;
    const body = await response.text().catch(() => undefined);
    const [reason, outcome] = [record?.["reason"], record?.["outcome"]];
    return { status: response.status, body, reason, outcome, source: revocation?.source };
  }

  #fetchDocument = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { issuer, publicJwk } = this.#issuer;
    const { pathname } = new URL(new Request(input).url);
    const documents: Readonly<Record<string, unknown>> = {
      "/keys": { keys: [publicJwk] },
      [METADATA]: { issuer, jwks_uri: `${issuer}/keys` },
    };
    const answer = async () =>
      pathname in documents ? Response.json(documents[pathname]) : new Response(null, { status: 404 });
    const faults = pathname === "/keys" ? this.faults.keys : this.faults.discovery;
    return createBreakableFetch(answer, faults)(input, init);
  };

  async #askLedger(method: string, asked: unknown, answer: (asked: unknown) => unknown): Promise<unknown> {
    return this.faults.ledger.pass(method, async () => answer(asked), LEDGER);
  }
}

/** A ledger without any record. */
const NOTHING_NEW = (question: unknown) => ({
  ...{ kind: "changes", ledger: "ledger-1", since: (question as { since: number }).since, through: 0 },
  ...{ complete: true, forgotten: 0, age: 0, page: new Uint8Array() },
});
const NOTHING_FOUND = () => ({ kind: "known", records: {} });

const LEDGER: Forms<unknown> = {
  throttled: () => {
    throw new Error("Durable Object is overloaded. Too many requests for the same object within a 10 second window.");
  },
  failed: () => new Error("Durable Object reset because its code was updated."),
  truncated: async (answer) => ({ ...(answer as object), page: new Uint8Array(5), through: 1, records: undefined }),
  bloated: async (answer, bytes) => ({ ...(answer as object), page: new Uint8Array(bytes), records: undefined }),
  kept: async (answer) => () => answer,
};

const CACHES: Forms<Cache> = {
  throttled: () => {
    throw new Error("429");
  },
  failed: () => new Error("no cache here"),
  truncated: async () => cacheWith('{"jwks":{"keys":['),
  bloated: async (_cache, bytes) =>
    cacheWith(JSON.stringify({ jwks: " ".repeat(bytes), fetchedAt: Date.now() / 1000 })),
  kept: async (cache) => () => cache,
};

function cacheWith(text: string): Cache {
  return { match: async () => new Response(text), put: async () => {} } as unknown as Cache;
}

/** Lets fake time go by, in real turns, until there is an answer: half a minute at most. */
async function passTime<T>(answer: Promise<T>): Promise<T> {
  let ended = false;
  const over = answer.finally(() => {
    ended = true;
  });
  over.catch(() => {});
  for (let step = 0; step < 600 && !ended; step++) {
    // A turn of the real event loop: signatures are not verified in virtual time.
    for (let turn = 0; turn < 3; turn++) await crypto.subtle.digest("SHA-256", new Uint8Array(1));
    if (!ended) await vi.advanceTimersByTimeAsync(step < 20 ? 0 : 50);
  }
  if (!ended) throw new Error("there was no answer");
  return over;
}
