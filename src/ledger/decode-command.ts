import { isIdentifierSized, LAST_TIME } from "../model/limits.ts";
import type { Problem } from "../model/problem.ts";
import type { RevocationIdentity } from "../model/revocation.ts";
import type { RevocationCommand } from "../model/revocation-command.ts";
import { isRecordName } from "./ledger-row.ts";
import { planRestore, type Restoration } from "./plan-command.ts";

export type DecodedCommand =
  | { readonly ok: true; readonly command: RevocationCommand }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const MAX_REMARK_BYTES = 512;

const IDENTIFIER = "Give text of 1 to 512 bytes.";
const REMARK = "Give text of at most 512 bytes, or leave it out.";
const TIME = "Give a NumericDate: seconds since 1970-01-01 UTC as a number.";

/** What a member has to be, and what to do when it is not. */
const MEMBERS: Readonly<Record<string, readonly [(value: unknown) => boolean, string]>> = {
  do: [() => true, ""],
  id: [(value) => typeof value === "string" && /^[\w.:-]{1,128}$/.test(value), "Give 1 to 128 of A-Z a-z 0-9 . _ : -"],
  by: [isRemark, REMARK],
  why: [isRemark, REMARK],
  until: [isTime, TIME],
  issuer: [isIdentifier, "Give the claim iss as it stands in the tokens."],
  tokenId: [isIdentifier, IDENTIFIER],
  sessionId: [isIdentifier, IDENTIFIER],
  subject: [isIdentifier, IDENTIFIER],
  expiresAt: [isTime, TIME],
  issuedBefore: [isTime, TIME],
  minimumTokenVersion: [isVersion, "Give an integer from 0."],
  name: [isRecordName, "Give the record's key in KV: jotgate1:<kind>:<22 characters>."],
  record: [isObject, "Give the record as it was exported."],
};

/** What each command has to have, and what it can have besides `id`, `by` and `why`. */
export const COMMANDS: Readonly<
  Record<RevocationCommand["do"], { needs: readonly string[]; takes: readonly string[] }>
> = {
  revoke: { needs: ["issuer", "tokenId"], takes: ["expiresAt", "until"] },
  revokeSession: { needs: ["issuer", "sessionId"], takes: ["until"] },
  raise: { needs: ["issuer", "subject", "minimumTokenVersion"], takes: ["until"] },
  cutOff: { needs: ["issuer"], takes: ["subject", "sessionId", "issuedBefore", "until"] },
  lift: { needs: ["name"], takes: [] },
  restore: { needs: ["name", "record"], takes: [] },
};

/**
 * Reads a command, and finds everything that is wrong with it at once.
 *
 * @param issuers those that the guard trusts: a record of another one would never be looked for
 */
export function decodeCommand(input: unknown, issuers: { has(issuer: string): boolean }): DecodedCommand {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { ok: false, problems: [{ path: "command", problem: "is no object", remedy: "Give one JSON object." }] };
  }
  const fields = input as Readonly<Record<string, unknown>>;
  const action = fields["do"];
  const known = typeof action === "string" && Object.hasOwn(COMMANDS, action);
  const { needs, takes } = known ? COMMANDS[action as RevocationCommand["do"]] : { needs: [], takes: undefined };
  const problems: Problem[] = [];
  if (!known) {
    const remedy = `Give one of ${Object.keys(COMMANDS).join(", ")}.`;
    problems.push({ path: "do", problem: action === undefined ? "is missing" : "is no command", remedy });
  }
  for (const name of ["id", ...needs]) {
    if (fields[name] === undefined) problems.push({ path: name, problem: "is missing", remedy: remedyFor(name) });
  }
  const allowed = new Set(["do", "id", "by", "why", ...needs, ...(takes ?? Object.keys(MEMBERS))]);
  for (const [name, value] of Object.entries(fields)) {
    const problem = value === undefined ? undefined : problemOf(name, value, allowed, issuers);
    if (problem !== undefined) problems.push(problem);
  }
  if (action === "cutOff" && fields["subject"] !== undefined && fields["sessionId"] !== undefined) {
    const remedy = "Give subject or sessionId, or neither for the whole issuer.";
    problems.push({ path: "sessionId", problem: "stands beside a subject", remedy });
  }
  if (action === "restore" && problems.length === 0) {
    const plan = planRestore(fields as unknown as Restoration);
    if ("problem" in plan) problems.push(plan);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, command: fields as unknown as RevocationCommand };
}

/** What the history may say of a command that nobody carried out: nothing that was not checked. */
export function describeAttempt(command: Readonly<Record<string, unknown>>): { op: string; why: string | null } {
  const { do: action, why } = command;
  return {
    op: typeof action === "string" && Object.hasOwn(COMMANDS, action) ? action : "unknown",
    why: typeof why === "string" && isRemark(why) ? why : null,
  };
}

export type DecodedIdentity =
  | { readonly ok: true; readonly identity: RevocationIdentity }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads whom a question is about: an issuer, with any of token id, session id and subject. Finds all that is wrong with it. */
export function decodeIdentity(input: unknown, issuers: { has(issuer: string): boolean }): DecodedIdentity {
  const fields = isObject(input) ? (input as Readonly<Record<string, unknown>>) : {};
  const given = Object.entries({ issuer: undefined, ...fields });
  const problems = given.flatMap(([name, value]): Problem | [] => {
    if (value !== undefined) return problemOf(name, value, IDENTITY, issuers) ?? [];
    return name === "issuer" ? { path: name, problem: "is missing", remedy: remedyFor(name) } : [];
  });
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, identity: fields as unknown as RevocationIdentity };
}

const IDENTITY: ReadonlySet<string> = new Set(["issuer", "tokenId", "sessionId", "subject"]);

function problemOf(
  name: string,
  value: unknown,
  allowed: ReadonlySet<string>,
  issuers: { has(issuer: string): boolean },
): Problem | undefined {
  const [fits, remedy] = (Object.hasOwn(MEMBERS, name) && MEMBERS[name]) || [];
  if (fits === undefined || !allowed.has(name)) {
    return { path: name, problem: "does not belong to this command", remedy: "Remove it, or correct its name." };
  }
  if (!fits(value)) return { path: name, problem: "does not fit", remedy: remedy ?? "" };
  if (name === "issuer" && !issuers.has(value as string)) {
    return { path: name, problem: "is not trusted by this guard", remedy: "Give an issuer of its configuration." };
  }
  return undefined;
}

function remedyFor(name: string): string {
  return MEMBERS[name]?.[1] ?? "";
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isIdentifier(value: unknown): boolean {
  // Halves of surrogate pairs have no UTF-8: two such texts would share a name.
  return typeof value === "string" && isIdentifierSized(value) && isWellFormed(value);
}

function isRemark(value: unknown): boolean {
  return typeof value === "string" && isWellFormed(value) && new TextEncoder().encode(value).length <= MAX_REMARK_BYTES;
}

function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= LAST_TIME;
}

function isVersion(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
