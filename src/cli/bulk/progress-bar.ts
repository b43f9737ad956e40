const WIDTH = 24;

/**
 * `[######------------------] 25,000 of 100,000 lines, 4,100 a second`.
 *
 * @param seconds since it began; for the speed
 * @param from where it began
 */
export function progressBar(done: number, of: number, what: string, seconds: number, from = 0): string {
  const share = of > 0 ? Math.min(done / of, 1) : 1;
  const filled = Math.floor(share * WIDTH);
  const speed = seconds >= 1 ? `, ${count((done - from) / seconds)} a second` : "";
  return `[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}] ${count(done)} of ${count(of)} ${what}${speed}`;
}

/** A number as people read it: `12,345`. */
export function count(number: number): string {
  return Math.floor(number).toLocaleString("en-US");
}
