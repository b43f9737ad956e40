import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Line, type TrafficPlan, writeTraffic } from "./traffic.ts";

/** More than any line has. */
const LONGEST_LINE = 2_000;

/** Unsent at the end: connections may still take requests while the load stops. */
const RESERVED_BYTES = 64 * 1024;

/**
 * The requests of one case, for all who send them. How far one has come is a position: a byte of the file, or the number of a line
 * where requests repeat.
 */
export class TrafficFile {
  readonly path: string;
  readonly repeats: boolean;
  /** Where nothing repeats, the position at which the load has to stop. */
  readonly stopAt: number;
  readonly #file: number;
  readonly #repeated: readonly Line[];

  constructor(path: string, { repeats, lines }: TrafficPlan) {
    this.path = path;
    this.repeats = repeats;
    this.#repeated = repeats ? [...lines] : [];
    writeTraffic(path, repeats ? this.#repeated : lines);
    this.#file = openSync(path, "r");
    this.stopAt = fstatSync(this.#file).size - RESERVED_BYTES;
  }

  /** @returns so many lines, and the position after them */
  read(position: number, count: number): { readonly lines: readonly Line[]; readonly position: number } {
    if (this.repeats) {
      const turns = Array.from({ length: count }, (_, turn) => (position + turn) % this.#repeated.length);
      const lines = turns.map((turn) => this.#repeated[turn]).filter((line) => line !== undefined);
      return { lines, position: (position + count) % this.#repeated.length };
    }
    const buffer = Buffer.alloc(count * LONGEST_LINE);
    const text = buffer.toString("latin1", 0, readSync(this.#file, buffer, 0, buffer.length, position));
    const rows = text.split("\n").slice(0, count);
    const lines = rows.map((row) => ({ good: row.startsWith("g"), token: row.slice(2) }));
    return { lines, position: position + rows.reduce((sum, row) => sum + row.length + 1, 0) };
  }

  close(): void {
    closeSync(this.#file);
  }
}
