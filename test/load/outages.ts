/** One time during which something did not work as it should, by the client's clock in milliseconds. */
interface Outage {
  readonly what: string;
  readonly from: number;
  to: number;
  readonly how: string | undefined;
}

/** When what was out of order, on purpose. Named like `ledger of guard-1`, `store of guard-1`, `origin of guard-1`, `keys of …`. */
export class Outages {
  readonly #all: Outage[] = [];

  get count(): number {
    return this.#all.length;
  }

  /** How many of what kind there were, by the first word of their names. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { what } of this.#all) {
      const [kind = ""] = what.split(" ");
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  /**
   * Lasts from just before the fault is switched on until just after it is switched off.
   *
   * @param how it fails, where that makes a difference to somebody
   */
  async during(what: string, fault: () => Promise<void>, how?: string): Promise<void> {
    const outage = { what, from: performance.now(), to: Number.POSITIVE_INFINITY, how };
    this.#all.push(outage);
    try {
      await fault();
    } finally {
      outage.to = performance.now();
    }
  }

  /** Takes down one that is over. */
  note(what: string, from: number, to: number, how?: string): void {
    this.#all.push({ what, from, to, how });
  }

  /** Whether any of it fell into this time; when `how` is said, any that failed like that. */
  touch(what: string, from: number, to: number, how?: string): boolean {
    return this.#all.some(
      (outage) =>
        outage.what === what && outage.from <= to && outage.to >= from && (how === undefined || outage.how === how),
    );
  }

  /** Milliseconds of it within this time. */
  total(what: string, from: number, to: number): number {
    let total = 0;
    for (const outage of this.#all) {
      if (outage.what === what) total += Math.max(0, Math.min(outage.to, to) - Math.max(outage.from, from));
    }
    return total;
  }
}
