import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CORPUS } from "../../attacks/corpus.ts";
import { expandAttack } from "../../attacks/expand.ts";
import { type AttackKeys, makeKeys } from "../../attacks/keys.ts";
import { publishedKeySet } from "../../attacks/scene.ts";
import { deadAddress } from "../support/listen.ts";
import { AttackedGuard } from "./attacked-guard.ts";
import { expectAnswer, isRefusalOfToken, withoutRequestId } from "./expect-answer.ts";
import { expectArrival } from "./expect-arrival.ts";
import { exchange, type RawAnswer } from "./raw-exchange.ts";
import { carelessOrigin, Recorder } from "./recorder.ts";
import { expectedOutcome, writeOutcome } from "./write-outcome.ts";

let keys: AttackKeys;
let origin: Recorder;
let issuer: Recorder;
let canary: Recorder;
let guard: AttackedGuard;
const refusalsOfTokens = new Set<string>();

beforeAll(async () => {
  keys = await makeKeys();
  origin = await Recorder.start(carelessOrigin);
  canary = await Recorder.start((_request, response) => response.end("{}"));
  issuer = await Recorder.start((_request, response) => response.end(JSON.stringify(publishedKeySet(keys))));
  const dead = await deadAddress(createServer);
  guard = await AttackedGuard.start(keys, {
    origin: origin.url,
    jwksUri: `${issuer.url}/jwks`,
    deadUri: `${dead}/jwks`,
  });
});

afterAll(async () => {
  await guard.stop();
  await origin.stop();
  await canary.stop();
  await issuer.stop();
});

describe("over a socket", () => {
  it.each(CORPUS)("$title ends as its file says", async (attack) => {
    await guard.setClock(attack.now);
    const octets = await expandAttack(attack, { keys, canary: canary.url });
    const arrivedBefore = origin.arrivals.length;

    const answers = await exchange(guard.url, octets);

    const outcomes: string[] = [];
    for (const answer of answers) outcomes.push(await writeOutcome(answer, guard));
    expect(outcomes).toEqual(attack.expectations.map(expectedOutcome));
    const arrivals = origin.arrivals.slice(arrivedBefore);
    expect(arrivals).toHaveLength(attack.expectations.filter(({ decision }) => decision === "allow").length);
    for (const [index, expectation] of attack.expectations.entries()) {
      const answer = answers[index] as RawAnswer;
      expectAnswer(answer, expectation);
      if (isRefusalOfToken(answer) && answer.body !== "") refusalsOfTokens.add(withoutRequestId(answer));
      const arrival = expectation.decision === "allow" ? arrivals.shift() : undefined;
      if (arrival !== undefined) expectArrival(arrival, expectation, new URL(origin.url).host);
    }
  });
});

describe("after all of them", () => {
  it("every bad token got the very same answer, whatever was wrong with it", () => {
    expect(refusalsOfTokens.size).toBe(1);
  });

  it("nobody was asked for anything at an address that a token or a header named", () => {
    expect(canary.arrivals).toEqual([]);
  });

  it("the issuer was asked for its keys alone", () => {
    expect(new Set(issuer.arrivals.map(({ url }) => url))).toEqual(new Set(["/jwks"]));
  });
});
