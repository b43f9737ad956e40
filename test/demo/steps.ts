import { isDeepStrictEqual } from "node:util";
import type { GuardAnswer, Visitor } from "./visitor.ts";

/** An answer that is right in every respect. */
interface Expected {
  readonly status: number;
  readonly challenge: string | null;
  /** Why it was refused, as the guard recorded it; null for what passed. */
  readonly reason: string | null;
}

const SUBJECT = "alice";
const SCOPE = "orders:read";

const PASSED: Expected = { status: 200, challenge: null, reason: null };
/** A challenge without an error: nothing was presented that could be wrong (RFC 6750 §3). */
const NO_TOKEN: Expected = { status: 401, challenge: 'Bearer realm="jotgate"', reason: "token_missing" };

/** Seconds: how old a guard's knowledge may be, how often the ledger looks through KV, and what a busy machine may add. */
const BOUND = 5;
const SCAN_INTERVAL = 5;
const MARGIN = 2;

/** Plays the life of two tokens and prints every step. True when every answer was right. */
export async function tellStory(visitor: Visitor): Promise<boolean> {
  const token = (version: number) => visitor.getToken({ sub: SUBJECT, scope: SCOPE, version: String(version) });
  const results: boolean[] = [];
  const step = async (title: string, check: () => Promise<boolean>) => {
    console.log(`\n${results.length + 1}. ${title}`);
    results.push(await check());
  };
  const answers = (presented: string | undefined, expected: Expected) => async () =>
    report(expected, await visitor.callOrders(presented), visitor.issuer);
  const turns =
    (presented: string, reason: string, within = BOUND) =>
    () =>
      untilRefused(visitor, presented, refused(reason), within);

  const first = await token(1);
  await step("No token", answers(undefined, NO_TOKEN));
  await step(`A token for ${SUBJECT}, version 1`, answers(first, PASSED));
  await visitor.command({ do: "revoke", token: first, why: "demonstration" });
  await step("The same token, revoked by an operator", turns(first, "token_revoked"));
  const second = await token(1);
  await step("A new token, version 1", answers(second, PASSED));
  await visitor.command({ do: "raise", issuer: visitor.issuer, subject: SUBJECT, minimumTokenVersion: 2 });
  await step(
    `The same token, after ${SUBJECT}'s minimum version was raised to 2`,
    turns(second, "token_version_outdated"),
  );
  const third = await token(2);
  await step("A new token, version 2", answers(third, PASSED));
  await visitor.revokeInKv(third);
  await step(
    "The same token, revoked by a backend that only knows KV",
    turns(third, "token_revoked", SCAN_INTERVAL + BOUND),
  );

  const wrong = results.filter((right) => !right).length;
  console.log(wrong === 0 ? `\nAll ${results.length} answers were right.` : `\nWrong: ${wrong} of ${results.length}.`);
  return wrong === 0;
}

function refused(reason: string): Expected {
  return { status: 401, challenge: 'Bearer realm="jotgate", error="invalid_token"', reason };
}

/** Asks until the token is refused, or until it should have been for some time. */
async function untilRefused(visitor: Visitor, token: string, expected: Expected, within: number): Promise<boolean> {
  const since = Date.now();
  const elapsed = () => (Date.now() - since) / 1000;
  let answer = await visitor.callOrders(token);
  while (answer.status === 200 && elapsed() <= within + MARGIN) {
    await visitor.pause(200);
    answer = await visitor.callOrders(token);
  }
  const took = elapsed();
  const verdict = answer.status === 200 ? "not enforced" : "enforced";
  console.log(
    `   ${verdict} after ${took.toFixed(1)} s (promised within ${within} s; counted as wrong after ${within + MARGIN} s)`,
  );
  return report(expected, answer, visitor.issuer, took <= within + MARGIN);
}

/** Prints what was expected and what came; true when they agree and it came in time. */
function report(expected: Expected, answer: GuardAnswer, issuer: string, inTime = true): boolean {
  const { status, challenge, reason } = answer;
  const agrees = isDeepStrictEqual({ status, challenge, reason }, expected);
  const identified = expected.status !== 200 || saw(answer.body, issuer);
  const right = agrees && identified && inTime;
  console.log(`   expected  ${describe(expected)}${expected.status === 200 ? `, origin sees ${SUBJECT}` : ""}`);
  console.log(`   came      ${describe(answer)}${status === 200 ? `, origin sees ${who(answer.body)}` : ""}`);
  console.log(`   ${right ? "right" : `WRONG     ${JSON.stringify(answer.body)}`}`);
  return right;
}

/** True when the origin was told exactly who calls, and did not get the token. */
function saw(body: unknown, issuer: string): boolean {
  const { identity, authorization } = body as { identity: Record<string, string>; authorization: string };
  const { "x-jotgate-request-id": requestId, ...claims } = identity;
  return (
    authorization === "absent" &&
    requestId !== undefined &&
    isDeepStrictEqual(claims, {
      "x-jotgate-subject": SUBJECT,
      "x-jotgate-issuer": issuer,
      "x-jotgate-scope": SCOPE,
      "x-jotgate-client": "demo-client",
    })
  );
}

function who(body: unknown): string {
  return (body as { identity?: Record<string, string> }).identity?.["x-jotgate-subject"] ?? "nobody";
}

function describe({ status, challenge, reason }: Pick<GuardAnswer, "status" | "challenge" | "reason">): string {
  const parts = [String(status)];
  if (reason !== null) parts.push(reason ?? "(no decision record)");
  if (challenge !== null) parts.push(challenge);
  return parts.join(", ");
}
