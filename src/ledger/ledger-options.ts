import type { Clock } from "../platform/clock.ts";
import type { RecordNamer } from "../revocation/record-name.ts";
import type { Lifetimes } from "./plan-command.ts";
import type { LedgerKv, LedgerStorage } from "./ports.ts";

export interface LedgerOptions {
  readonly storage: LedgerStorage;
  readonly kv: LedgerKv;
  readonly namer: RecordNamer;
  /** The issuers that the guard trusts. */
  readonly issuers: ReadonlyMap<string, Lifetimes>;
  /** B, in milliseconds: how old a guard's knowledge may be. */
  readonly bound: number;
  /** Milliseconds between the begins of two scans of KV. */
  readonly scanInterval: number;
  /** Milliseconds for which the history is kept; default 90 days. */
  readonly retention?: number;
  readonly clock: Clock;
  /** A text that was never given before. */
  readonly newId: () => string;
}
