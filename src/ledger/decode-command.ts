import { COMMAND_NAMES, type CommandForm, FORMS, MEMBERS, type MemberName } from "../model/command-grammar.ts";
import type { Problem } from "../model/problem.ts";
import type { RevocationIdentity } from "../model/revocation.ts";
import type { RevocationCommand } from "../model/revocation-command.ts";
import { planRestore, type Restoration } from "./plan-command.ts";

export type DecodedCommand =
  | { readonly ok: true; readonly command: RevocationCommand }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Issuers = { has(issuer: string): boolean };

/**
 * Reads a command, and finds everything that is wrong with it at once.
 *
 * @param issuers those that the guard trusts: a record of another one would never be looked for
 */
export function decodeCommand(input: unknown, issuers: Issuers): DecodedCommand {
  if (!MEMBERS.record.fits(input)) {
    return { ok: false, problems: [{ path: "command", problem: "is no object", remedy: "Give one JSON object." }] };
  }
  const fields = input as Readonly<Record<string, unknown>>;
  const action = fields["do"];
  const form = formOf(fields);
  const problems: Problem[] = [];
  if (form === undefined) {
    const remedy = `Give one of ${COMMAND_NAMES.join(", ")}.`;
    problems.push({ path: "do", problem: action === undefined ? "is missing" : "is no command", remedy });
  }
  for (const name of ["id", ...(form?.needs ?? [])] as const) {
    if (fields[name] === undefined) problems.push(missing(name));
  }
  const allowed = new Set<string>(form ? ["id", "by", "why", ...form.needs, ...form.takes] : Object.keys(MEMBERS));
  for (const [name, value] of Object.entries(fields)) {
    const problem = name === "do" || value === undefined ? undefined : problemOf(name, value, allowed, issuers);
    if (problem !== undefined) problems.push((form && problemBeside(name, form)) ?? problem);
  }
  if (action === "restore" && problems.length === 0) {
    const plan = planRestore(fields as unknown as Restoration);
    if ("problem" in plan) problems.push(plan);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, command: fields as unknown as RevocationCommand };
}

export type DecodedIdentity =
  | { readonly ok: true; readonly identity: RevocationIdentity }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads whom a question is about: an issuer, with any of token id, session id and subject. Finds all that is wrong with it. */
export function decodeIdentity(input: unknown, issuers: Issuers): DecodedIdentity {
  const fields = MEMBERS.record.fits(input) ? (input as Readonly<Record<string, unknown>>) : {};
  const given = Object.entries({ issuer: undefined, ...fields });
  const problems = given.flatMap(([name, value]): Problem | [] => {
    if (value !== undefined) return problemOf(name, value, IDENTITY, issuers) ?? [];
    return name === "issuer" ? missing(name) : [];
  });
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, identity: fields as unknown as RevocationIdentity };
}

/** Members of an issuer that a command or a question can be about. One command is about one of them. */
const IDS: readonly string[] = ["tokenId", "sessionId", "subject"];

const IDENTITY: ReadonlySet<string> = new Set(["issuer", ...IDS]);

/** The form of a command that is meant: the one of which most is there, and least is missing. */
function formOf(fields: Readonly<Record<string, unknown>>): CommandForm | undefined {
  const present = ({ needs }: CommandForm) => needs.filter((name) => fields[name] !== undefined).length;
  const [form] = FORMS.filter((one) => one.do === fields["do"]).sort(
    (a, b) => present(b) - present(a) || a.needs.length - b.needs.length,
  );
  return form;
}

/** What is wrong with naming somebody where the command names somebody else already. */
function problemBeside(name: string, form: CommandForm): Problem | undefined {
  const other = form.needs.find((needed) => IDS.includes(needed));
  const isOfAnother = FORMS.some((one) => one.do === form.do && one.needs.some((needed) => needed === name));
  if (other === undefined || other === name || !IDS.includes(name) || !isOfAnother) return undefined;
  const remedy = `Give ${other} or ${name}, or neither for the whole issuer.`;
  return { path: name, problem: `stands beside a ${other}`, remedy };
}

function problemOf(name: string, value: unknown, allowed: ReadonlySet<string>, issuers: Issuers): Problem | undefined {
  const rule = Object.hasOwn(MEMBERS, name) ? MEMBERS[name as MemberName] : undefined;
  if (rule === undefined || !allowed.has(name)) {
    return { path: name, problem: "does not belong to this command", remedy: "Remove it, or correct its name." };
  }
  if (!rule.fits(value)) return { path: name, problem: "does not fit", remedy: rule.remedy };
  if (name === "issuer" && !issuers.has(value as string)) {
    return { path: name, problem: "is not trusted by this guard", remedy: "Give an issuer of its configuration." };
  }
  return undefined;
}

function missing(name: MemberName): Problem {
  return { path: name, problem: "is missing", remedy: MEMBERS[name].remedy };
}
