import type { CommandEvent, RequestEvent } from "../system/ledger/history/events.ts";
import type { Target } from "../system/ledger/history/targets.ts";

/** A token with the history of its revocation. */
export interface LiveTarget extends Target {
  /** When it is presented no longer, in milliseconds of the client's clock. */
  readonly endsAt: number;
  /** NumericDate of the token's own end. */
  readonly expiresAt: number;
  readonly commands: CommandEvent[];
  /** In the order of their answers. */
  readonly requests: RequestEvent[];
  /** Requests that were not judged yet. */
  pending: number;
}
