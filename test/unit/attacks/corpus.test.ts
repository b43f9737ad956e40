import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { authorize } from "../../../src/authorize/authorize.ts";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { writeIdentity } from "../../../src/gateway/identity.ts";
import { readFacts } from "../../../src/gateway/request-facts.ts";
import type { Decision } from "../../../src/model/decision.ts";
import { KvRevocationReader } from "../../../src/revocation/kv-reader.ts";
import { NameMemory } from "../../../src/revocation/name-memory.ts";
import { RecordNamer } from "../../../src/revocation/record-name.ts";
import type { Expectation } from "../../attacks/attack-file.ts";
import { CORPUS } from "../../attacks/corpus.ts";
import { expandAttack } from "../../attacks/expand.ts";
import { makeKeys } from "../../attacks/keys.ts";
import { writeReason } from "../../attacks/reasons.ts";
import { type ReceivedRequest, readRequests } from "../../attacks/received-request.ts";
import { guardSecrets, guardSettings, publishedKeySet, RECORDS, RECORDS_OF } from "../../attacks/scene.ts";
import { ENVIRONMENT, keysFor, REVOCATION_KEY, settingsFor } from "../support.ts";

const PLACES = {
  origin: "https://origin.example",
  jwksUri: "https://issuer.example/jwks",
  deadUri: "https://gone.example/jwks",
};

const keys = await makeKeys();
const settings = settingsFor(guardSettings(keys, PLACES), { ...ENVIRONMENT, ...guardSecrets(keys) });
const keySource = await keysFor(settings);
const namer = await RecordNamer.create(REVOCATION_KEY);
const records = new Map<string, string>();
const store = {
  get: async (names: readonly string[]) => new Map(names.map((name) => [name, records.get(name) ?? null])),
};
const revocations = new KvRevocationReader(store, new NameMemory(namer));
const memory = new TokenMemory();
const askedForKeys = new Set<unknown>();

beforeAll(async () => {
  for (const { kind, value, text } of RECORDS) records.set(await namer.name(kind, RECORDS_OF, value), text);
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    askedForKeys.add(input);
    if (input !== PLACES.jwksUri) throw new TypeError(`nobody answers at ${input}`);
    return Response.json(publishedKeySet(keys));
  });
});

afterAll(() => vi.restoreAllMocks());

it.each(CORPUS)("$title is decided as its file says", async (attack) => {
  const octets = await expandAttack(attack, { keys, canary: "https://canary.example" });
  const { requests, refused } = readRequests(octets);
  const verdicts: string[] = [];
  for (const request of requests) verdicts.push(write(await decide(request, attack.now)));
  if (refused) verdicts.push("runtime");
  expect(verdicts).toEqual(attack.expectations.map(expected));
});

it("asks nobody but the issuers for keys", () => {
  expect(askedForKeys).toEqual(new Set([PLACES.jwksUri, PLACES.deadUri]));
});

function decide({ method, url, headers }: ReceivedRequest, now: number): Promise<Decision> {
  return authorize(readFacts({ method, url, headers } as Request), settings.rules, keySource, revocations, memory, now);
}

function write(decision: Decision): string {
  if (decision.outcome !== "allow") return `${decision.outcome} ${writeReason(decision.refusal)}`;
  if (decision.as === "anonymous") return "allow as nobody";
  const identity = writeIdentity(decision.token, settings.forwarding.identityHeaders);
  if (identity === undefined) return "deny identity_not_forwardable";
  return `allow as ${new Map(identity).get("X-Jotgate-Subject")}`;
}

function expected({ decision, reason, caller }: Expectation): string {
  if (decision === "allow") return `allow as ${caller ?? "nobody"}`;
  return reason === undefined ? decision : `${decision} ${reason}`;
}
