/** A full page: everything that was last changed after `since` and up to `through`, as of when it was read. */
interface FullPage {
  readonly ledger: string;
  readonly through: number;
  readonly page: Uint8Array;
  readonly readAt: number;
}

/** 19 MB. */
const MAX_PAGES = 64;

/** Far less than a tombstone lasts: what an old page still shows is always taken back by a later one. */
const KEPT_MS = 60_000;

/**
 * Full pages that were read lately. After a deployment every isolate loads the same ones, and reading them from the tables is
 * what that costs. An old page is as good as a new one to begin with: whatever changed since has a later number, and so
 * comes in a later page.
 */
export class PageCache {
  readonly #pages = new Map<number, FullPage>();

  get(ledger: string, since: number, now: number): FullPage | undefined {
    const full = this.#pages.get(since);
    return full?.ledger === ledger && Math.abs(now - full.readAt) < KEPT_MS ? full : undefined;
  }

  /**
   * Loads go through the pages in their order, so of more pages than there is room for the first ones are kept: making room for
   * the latest would drop each before it is asked for again.
   */
  put(since: number, full: FullPage): void {
    if (this.#pages.size >= MAX_PAGES) this.#dropOld(full);
    if (this.#pages.size < MAX_PAGES || this.#pages.has(since)) this.#pages.set(since, full);
  }

  #dropOld({ ledger, readAt }: FullPage): void {
    for (const since of this.#pages.keys()) {
      if (this.get(ledger, since, readAt) === undefined) this.#pages.delete(since);
    }
  }
}
