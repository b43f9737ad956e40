import { LAST_TIME } from "../model/limits.ts";
import type { Problem } from "../model/problem.ts";
import type { RecordKind, RevocationRecord } from "../model/revocation.ts";
import type { RevocationCommand } from "../model/revocation-command.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { readEntry } from "./kv-entry.ts";
import { type About, NOTHING } from "./ledger-row.ts";

/** Settings of an issuer that say how long its tokens can be used, in seconds. */
export interface Lifetimes {
  readonly maxLifetime: number;
  readonly clockTolerance: number;
}

/** Every command that names by identity whom it restricts. */
export type Restriction = Exclude<RevocationCommand, { readonly do: "lift" | "restore" }>;

/** The command that brings a record back. */
export type Restoration = Extract<RevocationCommand, { readonly do: "restore" }>;

/** What a command puts on record. */
export interface Plan {
  readonly says: RevocationRecord;
  /** Who, why and when, of a record that was written at another time; undefined for the command's own. */
  readonly about?: About;
}

/** Whom a command is about. */
interface Target {
  readonly kind: RecordKind;
  /** None for the whole issuer. */
  readonly value: string | undefined;
}

/** Whom a command is about that names somebody. */
export function targetOf(named: { tokenId?: string; sessionId?: string; subject?: string }): Target {
  const { tokenId, sessionId, subject } = named;
  const kind =
    tokenId !== undefined
      ? "token"
      : sessionId !== undefined
        ? "session"
        : subject !== undefined
          ? "subject"
          : "issuer";
  return { kind, value: tokenId ?? sessionId ?? subject };
}

/**
 * Completes a command. A record has to last as long as a token that it concerns could be used: docs/revocation-records.md
 * explains the sums.
 *
 * @param now NumericDate
 * @returns the plan, or what is wrong with the command's `until`
 */
export function planCommand(command: Restriction, lifetimes: Lifetimes, now: number): Plan | Problem {
  const least = leastUntil(command, lifetimes, now);
  if (command.until !== undefined && command.until < least) {
    const problem = "is sooner than the last token that it concerns may be used";
    return { path: "until", problem, remedy: `Give at least ${least}, or leave it out.` };
  }
  const until = command.until ?? least;
  switch (command.do) {
    case "revoke":
    case "revokeSession":
      return { says: { ...NOTHING, revoked: true, until } };
    case "raise":
      return { says: { ...NOTHING, minimumTokenVersion: command.minimumTokenVersion, until } };
    case "cutOff":
      return { says: { ...NOTHING, issuedBefore: command.issuedBefore ?? Math.floor(now), until } };
  }
}

/** Finds out whether a record of such a command would be over as soon as it was written: nobody would be refused by it. */
export function problemOfEnd({ until }: Restriction, { says }: Plan, now: number): Problem | undefined {
  if (says.until === undefined || says.until > now) return undefined;
  const remedy = "Check that it is in seconds, or leave it out.";
  return { path: until === undefined ? "expiresAt" : "until", problem: "has passed: nothing to revoke", remedy };
}

/** Reads the record that is to be brought back, with its own who, why and when; or finds out that it is none. */
export function planRestore({ name, record }: Pick<Restoration, "name" | "record">): Plan | Problem {
  const { says, about } = readEntry(name as RecordName, JSON.stringify(record), undefined, undefined);
  const times = says === "unreadable" ? [] : [says.until ?? 0, says.issuedBefore ?? 0];
  if (says !== "unreadable" && times.every((time) => time <= LAST_TIME)) return { says, about };
  const remedy = "Give what its kind can say, as docs/revocation-records.md describes it.";
  return { path: "record", problem: "is no record of this kind", remedy };
}

/** Whole seconds, rounded up. */
function leastUntil(command: Restriction, { maxLifetime, clockTolerance }: Lifetimes, now: number): number {
  if (command.do === "revoke" && command.expiresAt !== undefined) return Math.ceil(command.expiresAt + clockTolerance);
  // Tokens may still be issued, and cut off, up to a cut-off in the future.
  const last = command.do === "cutOff" ? Math.max(now, command.issuedBefore ?? now) : now;
  return Math.ceil(last + maxLifetime + 2 * clockTolerance);
}
