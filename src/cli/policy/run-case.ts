import type { Settings } from "../../config/settings.ts";
import { explainDecision } from "../../explain/explain-decision.ts";
import { type DecisionSummary, summarise } from "../../explain/explanation.ts";
import { identifierOf } from "../../explain/identifier-of.ts";
import { type ObservedDecision, observeDecision } from "../../explain/observe-decision.ts";
import { parseTokenSource, placeToken } from "../../explain/place-token.ts";
import { parseRequestLine, toAccessRequest } from "../../explain/request-target.ts";
import type { Fact } from "../../explain/step.ts";
import { answerTo } from "../../gateway/answer.ts";
import type { KeySource } from "../../model/key-source.ts";
import type { RevocationIdentity } from "../../model/revocation.ts";
import type { TrustedIssuer } from "../../model/trusted-issuer.ts";
import { type LocalRecord, LocalRecords, readFields } from "../records/local-records.ts";
import { makeToken } from "./make-token.ts";
import type { PolicyRecord, PolicyToken } from "./policy-schema.ts";
import type { ReadyCase } from "./read-policy-file.ts";
import type { ThrowAwayKeys } from "./throw-away-keys.ts";

export interface CaseResult {
  readonly case: ReadyCase;
  /** What was not as expected; empty when the case passed. */
  readonly differences: readonly string[];
  /** Null when the case could not be run. */
  readonly actual: DecisionSummary | null;
  /** Index of the route that decided; undefined when none did. */
  readonly route: number | undefined;
  /** What the last step compared. */
  readonly facts: readonly Fact[];
  readonly milliseconds: number;
}

/** Runs one case against a guard's configuration. */
export async function runCase(ready: ReadyCase, settings: Settings, keys: ThrowAwayKeys): Promise<CaseResult> {
  const startedAt = performance.now();
  const { now } = ready;
  const issuers = settings.rules.issuers;
  const request = parseRequestLine(ready.request, ready.host);
  const problem = ready.token && ambiguousIssuer(ready.token, issuers);
  if (request === undefined || problem !== undefined) return unusable(ready, problem ?? "is no request");

  const headers = new Map(Object.entries(ready.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const source = parseTokenSource(ready.token?.in ?? "authorization") ?? ({ kind: "authorization" } as const);
  const text = ready.token && (await makeToken(ready.token, issuerOf(ready.token, issuers), keys, now));
  const token = text === undefined ? undefined : { text, source };
  if (token !== undefined) placeToken(headers, token.text, source);
  const records = new LocalRecords(ready.records.map(toLocalRecord), ready.store && "error");
  const keySource = ready.keys === "unavailable" ? NO_KEYS : keys;
  const { rules, forwarding } = settings;
  const deciding = { rules, identityHeaders: forwarding.identityHeaders };
  const decided = await observeDecision(toAccessRequest(request, headers), deciding, keySource, records, now);
  const revocations = { from: "from_file", lookup: records.observed } as const;
  const steps = explainDecision({ ...decided, request, rules, token, keys: undefined, revocations, now });
  const { route } = decided.decision;
  return {
    case: ready,
    differences: compare(ready, decided),
    actual: summarise(decided.decision),
    route: route && settings.rules.routes.indexOf(route),
    facts: steps.at(-1)?.facts ?? [],
    milliseconds: performance.now() - startedAt,
  };
}

const NO_KEYS: KeySource = { findKey: async () => ({ status: "unavailable" }) };

function compare(expected: ReadyCase, { decision, identity }: ObservedDecision): readonly string[] {
  const actual = summarise(decision);
  const differences: string[] = [];
  const differ = (what: string, wanted: unknown, got: unknown) =>
    differences.push(`expected ${what} ${String(wanted)}, got ${String(got)}`);
  if (actual.outcome !== expected.expect || actual.reason !== (expected.reason ?? null)) {
    differ("the decision", write(expected.expect, expected.reason), write(actual.outcome, actual.reason));
  }
  const status = decision.outcome === "allow" ? "the origin's" : answerTo(decision.refusal).status;
  if (expected.status !== undefined && status !== expected.status) differ("status", expected.status, status);
  const route = decision.route?.path.text ?? "none";
  if (expected.route !== undefined && route !== expected.route) differ("route", expected.route, route);
  for (const [name, value] of Object.entries(expected.identity)) {
    const got = identity.find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1];
    if (got !== value) differ(`${name}:`, value, got ?? "no such header");
  }
  return differences;
}

function write(outcome: string, reason: string | null | undefined): string {
  return reason ? `${outcome} (${reason})` : outcome;
}

function issuerOf(token: PolicyToken, issuers: ReadonlyMap<string, TrustedIssuer>): TrustedIssuer | undefined {
  return token.issuer === undefined ? [...issuers.values()][0] : issuers.get(token.issuer);
}

function ambiguousIssuer(token: PolicyToken, issuers: ReadonlyMap<string, TrustedIssuer>): string | undefined {
  return token.issuer === undefined && token.text === undefined && issuers.size > 1
    ? `the guard trusts ${issuers.size} issuers: say which one issued the token, issuer = "…"`
    : undefined;
}

function unusable(ready: ReadyCase, problem: string): CaseResult {
  return { case: ready, differences: [problem], actual: null, route: undefined, facts: [], milliseconds: 0 };
}

/** A record that names nobody concerns the case's own token. */
function toLocalRecord({ kind, issuer, id, ...fields }: PolicyRecord): LocalRecord {
  const concerns = (identity: RevocationIdentity) => {
    const own = identifierOf(kind, identity);
    return own !== undefined && (issuer ?? identity.issuer) === identity.issuer && (id ?? own) === own;
  };
  return { kind, record: readFields(kind, fields), concerns };
}
