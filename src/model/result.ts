import type { Refusal } from "./refusal.ts";

/** A step's outcome: its value, or the reason why the request goes no further. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refused;

export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
  /** What was known of the token by then; undefined before its issuer was. */
  readonly about?: TokenOrigin;
}

/** Configured names only: a trusted issuer, and a key of its own set. */
export interface TokenOrigin {
  readonly issuer: string;
  readonly keyId: string | undefined;
}

export function pass<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(refusal: Refusal): Refused {
  return { ok: false, refusal };
}
