import { isObject } from "../model/json-values.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import type { Lifetime } from "../platform/lifetime.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";

/** A key set's JSON as it was fetched, and when. */
export interface CachedJwks {
  readonly jwks: unknown;
  /** NumericDate in seconds, by the clock of the machine that fetched it. */
  readonly fetchedAt: number;
}

/** Long enough to help a cold isolate through an outage of the issuer. */
const KEPT_FOR_SECONDS = 86_400;

/** The tier is an accelerator: it gets little time, and any failure of it is an empty answer. */
const READ_DEADLINE_MS = 300;

/**
 * Second tier for key sets: the data centre's Cache API. Isolates are many and short-lived; without it each of them would
 * fetch for itself. A cache of its own name keeps it apart from what the zone caches for visitors.
 */
export class KeyCache {
  readonly #url: string;

  /**
   * @param hostname the Worker's own, as the Cache API wants it in its keys
   * @param source where the configuration says that the keys are, so that a set from elsewhere does not outlive a change of it
   */
  constructor(hostname: string, issuer: string, source: string) {
    this.#url = `https://${hostname}/${RESERVED_SEGMENT}/keys/${encodeURIComponent(issuer)}?from=${encodeURIComponent(source)}`;
  }

  async read(): Promise<CachedJwks | undefined> {
    try {
      const entry = await withDeadline(this.#read(), READ_DEADLINE_MS);
      return entry === LATE ? undefined : entry;
    } catch {
      return undefined;
    }
  }

  /** Stores in the background. */
  write(entry: CachedJwks, lifetime: Lifetime): void {
    lifetime.waitUntil(this.#write(entry).catch(() => {}));
  }

  async #read(): Promise<CachedJwks | undefined> {
    const response = await (await openCache()).match(this.#url);
    const entry: unknown = await response?.json();
    if (!isObject(entry) || !("jwks" in entry) || !("fetchedAt" in entry)) return undefined;
    const { jwks, fetchedAt } = entry;
    return typeof fetchedAt === "number" ? { jwks, fetchedAt } : undefined;
  }

  async #write(entry: CachedJwks): Promise<void> {
    const headers = { "content-type": "application/json", "cache-control": `max-age=${KEPT_FOR_SECONDS}` };
    await (await openCache()).put(this.#url, new Response(JSON.stringify(entry), { headers }));
  }
}

function openCache(): Promise<Cache> {
  return caches.open("jotgate-keys");
}
