import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RecordNamer } from "../../src/revocation/record-name.ts";
import type { Fault } from "../../src/test-kit/faults.ts";
import { TestIssuer } from "../support/test-issuer.ts";
import { REVOCATION_KEY } from "../unit/support.ts";
import { GuardedScene, type ROUTES } from "./guarded-scene.ts";

const issuer = await TestIssuer.create();
const namer = await RecordNamer.create(REVOCATION_KEY);

beforeEach(() => {
  vi.useFakeTimers({ now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const FORWARDED = { status: 200, outcome: "allow", reason: null, body: "hello" };
const indeterminate = (reason: string) => ({ status: 503, outcome: "indeterminate", reason });
const originFailed = (status: number, reason: string) => ({ status, outcome: "error", reason });

/** What may be wrong with anything, by the names that the tables use. */
const FAULTS = {
  "a second late": { does: "delay", milliseconds: 1_000 },
  "four seconds late": { does: "delay", milliseconds: 4_000 },
  "six seconds late": { does: "delay", milliseconds: 6_000 },
  failing: { does: "fail" },
  "failing after it was asked": { does: "lose answer" },
  hanging: { does: "hang" },
  throttled: { does: "throttle" },
  "cut off with an error": { does: "truncate" },
  "cut off as if it were all": { does: "truncate", ending: "end" },
  "cut off and hanging": { does: "truncate", ending: "hang" },
  "too large": { does: "bloat", bytes: 70_000 },
  "an answer of nothing": { does: "answer", with: () => undefined },
  "an answer of another type": { does: "answer", with: () => 7 },
  "a page of HTML": { does: "answer", with: () => new Response("<html>") },
  "a status of 500": { does: "answer", with: () => new Response("no", { status: 500 }) },
  "the same as before": { does: "repeat" },
} as const satisfies Readonly<Record<string, Fault>>;

type Name = keyof typeof FAULTS;

describe("a guard whose KV is", () => {
  it.each<[Name, object]>([
    ["a second late", FORWARDED],
    ["four seconds late", indeterminate("revocation_unavailable")],
    ["failing", indeterminate("revocation_unavailable")],
    ["failing after it was asked", indeterminate("revocation_unavailable")],
    ["hanging", indeterminate("revocation_unavailable")],
    ["throttled", indeterminate("revocation_unavailable")],
    ["cut off as if it were all", indeterminate("revocation_unavailable")],
    ["an answer of nothing", indeterminate("revocation_unavailable")],
    ["an answer of another type", indeterminate("revocation_unavailable")],
  ])(
    "%s answers and records what the table says, forwards nothing else, and is itself with the next request",
    async (name, expected) => {
      const scene = new GuardedScene(issuer);
      scene.faults.kv.begin(FAULTS[name]);
      expect(await scene.ask(await scene.token())).toMatchObject(expected);
      expect(scene.faults.origin.asked).toBe(expected === FORWARDED ? 1 : 0);
      scene.faults.kv.end();
      expect(await scene.ask(await scene.token())).toMatchObject(FORWARDED);
    },
  );

  it("giving half of a record refuses its token with 503, and goes by the whole record five seconds after it is back", async () => {
    const scene = new GuardedScene(issuer);
    const jti = crypto.randomUUID();
    await scene.store.at("elsewhere").put(await namer.name("token", issuer.issuer, jti), '{"format":1,"revoked":true}');
    const token = await scene.token({ jti });
    scene.faults.kv.begin({
      does: "answer",
      with: async (ask) => new Map([...((await ask()) as Map<string, string | null>)].map(halve)),
    });
    expect(await scene.ask(token)).toMatchObject(indeterminate("revocation_record_invalid"));
    scene.faults.kv.end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await scene.ask(token)).toMatchObject({ status: 401, reason: "token_revoked" });
  });

  it("answering a record with a megabyte of blanks goes by the record", async () => {
    const scene = new GuardedScene(issuer);
    const jti = crypto.randomUUID();
    await scene.store.at("elsewhere").put(await namer.name("token", issuer.issuer, jti), '{"format":1,"revoked":true}');
    scene.faults.kv.begin({ does: "bloat", bytes: 1_000_000 });
    expect(await scene.ask(await scene.token({ jti }))).toMatchObject({ status: 401, reason: "token_revoked" });
  });

  it("stale, negatives included, goes by what it is told, and by the truth five seconds after it is told the truth", async () => {
    const scene = new GuardedScene(issuer);
    const jti = crypto.randomUUID();
    const token = await scene.token({ jti });
    scene.faults.kv.begin(FAULTS["the same as before"]);
    expect(await scene.ask(token)).toMatchObject(FORWARDED);
    await scene.store.at("elsewhere").put(await namer.name("token", issuer.issuer, jti), '{"format":1,"revoked":true}');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await scene.ask(token)).toMatchObject(FORWARDED);
    scene.faults.kv.end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await scene.ask(token)).toMatchObject({ status: 401, outcome: "deny", reason: "token_revoked" });
  });
});

describe.each([
  { what: "key set", faulty: "keys", discovers: false },
  { what: "discovery document", faulty: "discovery", discovers: true },
  { what: "discovered key set", faulty: "keys", discovers: true },
] as const)("a guard whose issuer's $what is", ({ faulty, discovers }) => {
  it.each<[Name, object]>([
    ["a second late", FORWARDED],
    ["four seconds late", indeterminate("keys_unavailable")],
    ["failing", indeterminate("keys_unavailable")],
    ["failing after it was asked", indeterminate("keys_unavailable")],
    ["hanging", indeterminate("keys_unavailable")],
    ["throttled", indeterminate("keys_unavailable")],
    ["cut off with an error", indeterminate("keys_unavailable")],
    ["cut off as if it were all", indeterminate("keys_unavailable")],
    ["cut off and hanging", indeterminate("keys_unavailable")],
    ["too large", indeterminate("keys_unavailable")],
    ["a page of HTML", indeterminate("keys_unavailable")],
    ["a status of 500", indeterminate("keys_unavailable")],
  ])("%s answers and records what the table says, and is itself a second after the fault", async (name, expected) => {
    const scene = new GuardedScene(issuer, { discovers });
    const token = await scene.token();
    scene.faults[faulty].begin(FAULTS[name]);
    expect(await scene.ask(token)).toMatchObject(expected);
    expect(scene.faults.origin.asked).toBe(expected === FORWARDED ? 1 : 0);
    scene.faults[faulty].end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await scene.ask(token)).toMatchObject(FORWARDED);
  });

  it.each<Name>(["failing", "hanging", "throttled", "too large", "a page of HTML"])(
    "%s goes on with the keys it knows, ten minutes later as well",
    async (name) => {
      const scene = new GuardedScene(issuer, { discovers });
      expect(await scene.ask(await scene.token())).toMatchObject(FORWARDED);
      scene.faults[faulty].begin(FAULTS[name]);
      await vi.advanceTimersByTimeAsync(601_000);
      expect(await scene.ask(await scene.token())).toMatchObject(FORWARDED);
      expect(scene.faults[faulty].spoiled).toBeGreaterThan(0);
    },
  );
});

describe("a guard whose Cache API is", () => {
  it.each<Name>([
    "a second late",
    "failing",
    "failing after it was asked",
    "hanging",
    "throttled",
    "cut off as if it were all",
    "too large",
    "an answer of nothing",
    "an answer of another type",
  ])("%s asks the issuer, and nobody notices", async (name) => {
    const scene = new GuardedScene(issuer);
    scene.faults.cache.begin(FAULTS[name]);
    expect(await scene.ask(await scene.token())).toMatchObject(FORWARDED);
    expect(scene.faults.keys.asked).toBe(1);
    expect(scene.faults.cache.spoiled).toBeGreaterThan(0);
  });
});

describe("a guard whose origin is", () => {
  it.each<[Name, object]>([
    ["four seconds late", FORWARDED],
    ["six seconds late", originFailed(504, "origin_timeout")],
    ["failing", originFailed(502, "origin_unreachable")],
    ["failing after it was asked", originFailed(502, "origin_unreachable")],
    ["hanging", originFailed(504, "origin_timeout")],
    ["throttled", { status: 429, outcome: "allow", reason: null }],
    ["a status of 500", { status: 500, outcome: "allow", reason: null, body: "no" }],
    ["cut off with an error", { status: 200, outcome: "allow", body: undefined }],
    ["cut off as if it were all", { status: 200, outcome: "allow", body: "he" }],
    ["too large", { status: 200, outcome: "allow", body: `hello${" ".repeat(70_000)}` }],
  ])("%s answers and records what the table says, and is itself with the next request", async (name, expected) => {
    const scene = new GuardedScene(issuer);
    scene.faults.origin.begin(FAULTS[name]);
    expect(await scene.ask(await scene.token())).toMatchObject(expected);
    scene.faults.origin.end();
    expect(await scene.ask(await scene.token())).toMatchObject(FORWARDED);
  });
});

describe("a guard whose ledger is", () => {
  const UNAVAILABLE = indeterminate("revocation_unavailable");
  const BY_KV = { ...FORWARDED, source: "kv" };

  it.each<[Name, object]>([
    ["four seconds late", UNAVAILABLE],
    ["failing", UNAVAILABLE],
    ["failing after it was asked", UNAVAILABLE],
    ["hanging", UNAVAILABLE],
    ["throttled", UNAVAILABLE],
    ["cut off as if it were all", UNAVAILABLE],
    ["too large", UNAVAILABLE],
    ["an answer of nothing", UNAVAILABLE],
    ["an answer of another type", UNAVAILABLE],
  ])(
    "%s answers 503, or by KV where the route says so, and is itself seconds after the fault",
    async (name, expected) => {
      for (const [path, answer] of [
        ["/deny", expected],
        ["/kv", BY_KV],
        ["/strict", expected],
        ["/strict-or-kv", BY_KV],
      ] as const satisfies readonly (readonly [keyof typeof ROUTES, object])[]) {
        const scene = new GuardedScene(issuer, { hasLedger: true });
        scene.faults.ledger.begin(FAULTS[name]);
        expect([path, await scene.ask(await scene.token(), path)]).toMatchObject([path, answer]);
        scene.faults.ledger.end();
        await vi.advanceTimersByTimeAsync(5_000);
        const source = path.startsWith("/strict") ? "ledger" : "mirror";
        expect([path, await scene.ask(await scene.token(), path)]).toMatchObject([path, { ...FORWARDED, source }]);
      }
    },
  );

  it("half a second late makes the first request wait, and those on strict routes", async () => {
    const scene = new GuardedScene(issuer, { hasLedger: true });
    scene.faults.ledger.begin({ does: "delay", milliseconds: 500 });
    expect(await scene.ask(await scene.token(), "/deny")).toMatchObject({ ...FORWARDED, source: "mirror" });
    expect(await scene.ask(await scene.token(), "/strict")).toMatchObject({ ...FORWARDED, source: "ledger" });
  });

  it("failing together with KV answers 503 on every route", async () => {
    const scene = new GuardedScene(issuer, { hasLedger: true });
    scene.faults.ledger.begin(FAULTS.failing);
    scene.faults.kv.begin(FAULTS.throttled);
    for (const path of ["/deny", "/kv", "/strict", "/strict-or-kv"] as const) {
      expect([path, await scene.ask(await scene.token(), path)]).toMatchObject([path, UNAVAILABLE]);
    }
    expect(scene.faults.origin.asked).toBe(0);
  });
});

function halve([name, value]: readonly [string, string | null]): [string, string | null] {
  return [name, value === null ? null : value.slice(0, value.length / 2)];
}
