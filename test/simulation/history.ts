import { createHash, type Hash } from "node:crypto";
import type { RevocationDemand, RevocationIdentity, RevocationRecord } from "../../src/model/revocation.ts";
import type { Acknowledgement, RevocationCommand } from "../../src/model/revocation-command.ts";
import type { RecordName } from "../../src/revocation/record-name.ts";

/** What of a token matters here. */
export interface SimulatedToken extends RevocationIdentity {
  readonly number: number;
  readonly tokenVersion: number;
  /** NumericDates. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly names: readonly RecordName[];
}

export type Verdict = "accepted" | "condemned" | "unavailable" | "invalid";

/** A request, from its arrival at a guard to the guard's decision. All times are the world's, in milliseconds. */
export interface Decision {
  readonly isolate: number;
  readonly token: SimulatedToken;
  readonly demand: RevocationDemand;
  readonly arrivedAt: number;
  readonly decidedAt: number;
  /** NumericDate that the guard took for now. */
  readonly guardTime: number;
  readonly verdict: Verdict;
  readonly source: "kv" | "mirror" | "ledger" | "none";
}

/** A command, from the first time it was sent. */
export interface CommandStory {
  readonly command: RevocationCommand;
  readonly name: RecordName;
  readonly sentAt: number;
  /** When it left the ledger for the first time; undefined while it has not. */
  emitted: { readonly at: number; readonly order: number; readonly answer: Acknowledgement } | undefined;
  /** When whoever sent it had it. */
  acknowledgedAt: number | undefined;
}

/** A record that somebody wrote straight into KV. */
export interface OutsideStory {
  readonly name: RecordName;
  /** Undefined for something that is no record. */
  readonly record: RevocationRecord | undefined;
  readonly writtenAt: number;
}

/** All that happened in a world. */
export class History {
  readonly decisions: Decision[] = [];
  readonly commands: CommandStory[] = [];
  readonly outside: OutsideStory[] = [];
  /** Broken promises that were noticed while the world ran. */
  readonly violations: string[] = [];
  readonly counts: Record<string, number> = {};
  readonly #digest: Hash = createHash("sha256");
  /** Told of everything that is noted. */
  trace: ((line: string) => void) | undefined;

  note(at: number, what: string): void {
    const line = `${(at / 1000).toFixed(3)} ${what}`;
    this.#digest.update(`${line}\n`);
    this.trace?.(line);
  }

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  /** The same for two runs only if they were the same in everything that was noted. */
  digest(): string {
    return this.#digest.copy().digest("hex");
  }
}
