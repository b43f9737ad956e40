/** Milliseconds after which the guard's own knowledge of a record is relied on. */
const FOR = 10_000;

const MOST = 1_000;

/** Tokens whose end is on record since a moment ago: saying it again would cost a call to the ledger each time. */
export class RecentlyEnded {
  readonly #tokens = new Map<string, number>();

  has(token: string, now: number): boolean {
    const at = this.#tokens.get(token);
    return at !== undefined && Math.abs(now - at) < FOR;
  }

  add(token: string, now: number): void {
    if (this.#tokens.size >= MOST) this.#tokens.clear();
    this.#tokens.set(token, now);
  }
}
