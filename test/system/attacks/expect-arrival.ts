import { expect } from "vitest";
import type { Expectation } from "../../attacks/attack-file.ts";
import { type Arrival, namesOf, valuesOf } from "../support/arrival.ts";

/** What the guard tells the origin of a caller, and of every request. Nothing else may look like it. */
const OF_CALLERS = ["x-jotgate-subject", "x-jotgate-issuer", "x-jotgate-scope", "x-jotgate-client", "x-role"];
const OF_ALL = ["x-jotgate-request-id"];

/** Whom the attackers of the corpus claim to be. */
const FORGED = /mallory/i;

/** Checks what every request has to look like that the origin gets, and what the attack's file says of this one. */
export function expectArrival(arrival: Arrival, { caller, demands }: Expectation, host: string): void {
  const { method, url, headers } = arrival;
  expect(valuesOf(arrival, "host")).toEqual([host]);
  expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(caller === undefined ? [] : [caller]);
  expect(valuesOf(arrival, "x-jotgate-issuer")).toHaveLength(caller === undefined ? 0 : 1);

  const ours = caller === undefined ? OF_ALL : [...OF_ALL, ...OF_CALLERS];
  const taken = namesOf(arrival).filter((name) => ours.includes(name));
  expect(new Set(taken).size, "an identity header stands twice").toBe(taken.length);
  const lookalikes = namesOf(arrival).filter((name) => isIdentity(name) && !ours.includes(name));
  expect(lookalikes, "headers that an origin could take for identity").toEqual([]);
  expect(headers.filter(([, value]) => FORGED.test(value))).toEqual([]);

  for (const { kind, value } of demands) {
    const [name = "", wanted = ""] = value.split(/: (.*)/);
    if (kind === "origin-gets") expect(`${method} ${url}`).toBe(value);
    else if (kind === "origin-has") expect(valuesOf(arrival, name)).toEqual([wanted]);
    else if (kind === "origin-lacks") expect(namesOf(arrival)).not.toContain(name.toLowerCase());
  }
}

/** As origins read names that turn every separator into one. */
function isIdentity(name: string): boolean {
  const folded = name.toLowerCase().replace(/[^a-z0-9]/g, "-");
  return folded.startsWith("x-jotgate-") || folded === "x-role";
}
