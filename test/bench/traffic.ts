import { closeSync, openSync, writeSync } from "node:fs";
import type { Case } from "./cases.ts";
import type { TokenFactory } from "./tokens.ts";

/** One request: `good` says whether a guard has to let it through. */
export interface Line {
  readonly good: boolean;
  /** Empty for a request without credentials. */
  readonly token: string;
}

/** Requests of a case: repeated from the start when `repeats`, otherwise as many as there are, each once. */
export interface TrafficPlan {
  readonly repeats: boolean;
  readonly lines: Iterable<Line>;
}

/** @param atMost how many requests a contestant could get through, for traffic in which nothing may be repeated */
export function planTraffic({ traffic, returning = 0 }: Case, tokens: TokenFactory, atMost: number): TrafficPlan {
  const good = () => ({ good: true, token: tokens.good() });
  const bad = (token: string) => ({ good: false, token });
  switch (traffic) {
    case "one token":
      return { repeats: true, lines: [good()] };
    case "returning tokens":
      return { repeats: true, lines: repeat(returning, good) };
    case "new tokens":
      return { repeats: false, lines: repeat(atMost, good) };
    case "returning and new tokens":
      return { repeats: false, lines: mix(atMost, [...repeat(returning, good)], good) };
    case "malformed":
      return { repeats: true, lines: repeat(1000, (turn) => bad(tokens.malformed(turn))) };
    case "forged, distinct":
      return { repeats: false, lines: repeat(atMost, () => bad(tokens.forged())) };
    case "forged, one":
      return { repeats: true, lines: [bad(tokens.forged())] };
    case "unknown kid":
      return { repeats: false, lines: repeat(atMost, () => bad(tokens.unknownKey())) };
    case "no token":
      return { repeats: true, lines: [bad("")] };
  }
}

/** Writes requests for `load.lua`: a letter for what is expected, a blank, the token. */
export function writeTraffic(path: string, lines: Iterable<Line>): void {
  const file = openSync(path, "w", 0o600);
  let text = "";
  for (const { good, token } of lines) {
    text += `${good ? "g" : "b"} ${token}\n`;
    if (text.length < 1_000_000) continue;
    writeSync(file, text);
    text = "";
  }
  writeSync(file, text);
  closeSync(file);
}

function* repeat<T>(times: number, make: (turn: number) => T): Generator<T> {
  for (let turn = 0; turn < times; turn++) yield make(turn);
}

function* mix(count: number, returning: readonly Line[], fresh: () => Line): Generator<Line> {
  for (let turn = 0; turn < count; turn++) {
    const known = returning[Math.floor(Math.random() * returning.length)];
    yield turn % 10 === 9 || known === undefined ? fresh() : known;
  }
}
