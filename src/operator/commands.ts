import type { Attempt } from "../model/ledger-desk.ts";
import { includesRole, type KnownOperator, type OperatorRole } from "../model/operator.ts";
import type { Problem } from "../model/problem.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import type { Fields } from "./read-object.ts";
import { resolveToken } from "./resolve-token.ts";

/** What the ledger is to do with a command, and what its operator is told when that is nothing. */
export interface Weighed {
  readonly attempt: Attempt;
  /** Only to be looked at. */
  readonly dryRun: boolean;
  /** The role that the command takes and its operator has not. */
  readonly needs: OperatorRole | undefined;
  /** Empty when the ledger is to judge the command. */
  readonly problems: readonly Problem[];
}

/** Who gives commands, from where, to a guard with which issuers. */
export interface Circumstances {
  readonly operator: KnownOperator;
  readonly from: string | null;
  readonly issuers: ReadonlyMap<string, TrustedIssuer>;
}

/**
 * Finds out whether an operator may give a command. What they may not is put on record by the ledger all the same.
 *
 * @param allDryRun whether all of a list are only to be looked at, so that no command of it says so for itself; undefined for
 * a single command
 */
export function weigh(given: Fields, { operator, from, issuers }: Circumstances, allDryRun?: boolean): Weighed {
  const { dryRun: own, confirm, ...command } = given;
  const dryRun = allDryRun ?? own ?? false;
  const { name: by, via, role } = operator;
  const resolved = resolveToken(command, issuers);
  const needed = roleFor(command);
  const needs = includesRole(role, needed) ? undefined : needed;
  const problems = [
    ...(typeof dryRun === "boolean" && (allDryRun === undefined || own === undefined) ? [] : [DRY_RUN]),
    ...(command["by"] === undefined ? [] : [BY]),
    ...(isConfirmed(command, confirm, dryRun === true) ? [] : [CONFIRM]),
    ...(resolved.ok ? [] : [resolved.problem]),
  ];
  const refused = needs !== undefined ? "forbidden" : problems.length > 0 ? "invalid_request" : undefined;
  const attempt = {
    command: withoutToken(resolved.ok ? resolved.command : command),
    ...{ by, via, from, ...(refused !== undefined && { refused }) },
  };
  return { attempt, dryRun: dryRun === true, needs, problems };
}

/** A command that is only to be looked at, as the ledger takes it. It needs an id, though nobody will ask for it again. */
export function toPreview({ command, by }: Attempt): object {
  return { id: crypto.randomUUID(), ...command, by };
}

/** A token goes no further, even where it does not belong; that it was there is for the ledger to complain of. */
function withoutToken(command: Fields): Fields {
  return command["token"] === undefined ? command : { ...command, token: null };
}

/** Giving access back, writing records as they once were, and ending all tokens of an issuer at once, is for few. */
function roleFor(command: Fields): OperatorRole {
  const { do: action } = command;
  return action === "lift" || action === "restore" || endsIssuer(command) ? "admin" : "revoker";
}

function endsIssuer({ do: action, subject, sessionId }: Fields): boolean {
  return action === "cutOff" && subject === undefined && sessionId === undefined;
}

/** Everybody of an issuer is sent away by one member that is missing: that has to be meant. */
function isConfirmed(command: Fields, confirm: unknown, dryRun: boolean): boolean {
  if (!endsIssuer(command)) return confirm === undefined;
  return confirm === undefined ? dryRun : confirm === command["issuer"];
}

const CONFIRM: Problem = {
  path: "confirm",
  problem: "does not confirm this command",
  remedy: "To end all tokens of an issuer, repeat it as confirm; leave confirm out of any other command.",
};

const BY: Problem = { path: "by", problem: "does not fit", remedy: "Leave it out: it is the operator's name." };

const DRY_RUN: Problem = {
  path: "dryRun",
  problem: "does not fit",
  remedy: "Give true or false, once for all commands of a list, or leave it out.",
};
