import type { TurnedAway } from "../model/ledger-desk.ts";
import { hasOperators, type KnownOperator } from "../model/operator.ts";
import { admit, hadCredentials, identify, type Shown } from "./identify.ts";
import { addressOf, type OperatorApiParts } from "./parts.ts";
import { ProblemAnswer, problem } from "./problem.ts";
import { reach } from "./reach.ts";

/**
 * Lets operators in. Whoever is turned away is on record, with a name where one was verified.
 *
 * @returns the operator, or the answer to anybody else
 */
export async function enter(request: Request, parts: OperatorApiParts): Promise<KnownOperator | ProblemAnswer> {
  if (!hasOperators(parts.operators)) return problem("not_found");
  const shown = await identify(request, parts);
  const refused = isCrossSite(request)
    ? problem("cross_site_request")
    : shown instanceof ProblemAnswer
      ? shown
      : undefined;
  const entered = refused ?? (await admit(shown as Shown, parts));
  if (entered instanceof ProblemAnswer) {
    if (shown instanceof ProblemAnswer) {
      if (refused !== shown || hadCredentials(shown))
        noteTurnedAway({ ...NOBODY, problem: entered.code }, request, parts);
    } else if (entered.code !== "unavailable") {
      // People without a role may be many: they are counted with those who are nobody.
      const op = shown.role === undefined ? "authenticate" : "request";
      noteTurnedAway({ op, by: shown.name, via: shown.via, problem: entered.code }, request, parts);
    }
  }
  return entered;
}

/** Problems of requests, and not of what they ask for. */
const OF_REQUESTS = ["content_too_large", "unsupported_media_type", "malformed_body", "too_many_requests"];

/** Puts on record what an operator was answered, where no command was. */
export function noteAnswer(
  answered: Response,
  { name, via }: KnownOperator,
  request: Request,
  parts: OperatorApiParts,
) {
  if (!(answered instanceof ProblemAnswer) || !OF_REQUESTS.includes(answered.code)) return;
  noteTurnedAway({ op: "request", by: name, via, problem: answered.code }, request, parts);
}

/** Counts a request that was turned away: one write, which nobody waits for, stands for many. */
export function noteTurnedAway(
  request: Omit<TurnedAway, "times" | "from">,
  { headers }: Request,
  { ours, clock, desk, inBackground }: OperatorApiParts,
): void {
  const notes = ours.turnedAway.add({ ...request, from: addressOf(headers) }, clock.now());
  if (notes.length > 0) inBackground(reach(desk().noteTurnedAway(notes)).catch(() => undefined));
}

export const NOBODY = { op: "authenticate", by: null, via: null } as const;

/** A browser says where a page's request comes from; operators are programs, terminals, and people who type an address. */
function isCrossSite({ headers }: Request): boolean {
  const site = headers.get("sec-fetch-site") ?? "none";
  return headers.has("origin") || (site !== "none" && site !== "same-origin");
}
