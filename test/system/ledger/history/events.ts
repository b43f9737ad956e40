/** How a request asks for revocation state; each is a route of its own. */
export type Asking = "deny" | "kv" | "strict";

/** A command as its sender knows it. All times are milliseconds of the sender's own clock, which never goes back. */
export interface CommandEvent {
  readonly id: string;
  /** Number of the token that it concerns. */
  readonly target: number;
  readonly does: "restrict" | "lift";
  /** Before it was sent for the first time. */
  readonly sentAt: number;
  /** After the first acknowledgement had come in. Undefined while there is none: it may have been carried out, or be yet. */
  acknowledgedAt?: number;
  /** Sequence numbers of all acknowledgements, of which there are several when it was sent again. */
  readonly sequences: number[];
  changed?: boolean;
}

/** A request as its sender knows it. */
export interface RequestEvent {
  readonly guard: string;
  /** Number of the runtime: the guard's isolate is another one after a restart. */
  readonly era: number;
  readonly target: number;
  readonly asking: Asking;
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly status: number;
  readonly requestId: string;
  /** Who answered, by the decision record of an accepted one. */
  readonly source?: string;
}

export interface LiveHistory {
  readonly commands: readonly CommandEvent[];
  readonly requests: readonly RequestEvent[];
}
