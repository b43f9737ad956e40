import { describe, expect, it } from "vitest";
import { checkLiveHistory, DRIFT } from "./check-live-history.ts";
import type { CommandEvent, RequestEvent } from "./events.ts";

const BOUND = 2_000;

/** Sent at 1,000, acknowledged at 1,100. */
const restriction = (changes: Partial<CommandEvent> = {}): CommandEvent => ({
  ...{ id: "first", target: 1, does: "restrict", sentAt: 1_000, acknowledgedAt: 1_100, sequences: [1], changed: true },
  ...changes,
});

/** Sent at 1,200, acknowledged at 1,300. */
const lift = (changes: Partial<CommandEvent> = {}): CommandEvent =>
  restriction({ id: "second", does: "lift", sentAt: 1_200, acknowledgedAt: 1_300, sequences: [2], ...changes });

const request = (sentAt: number, status: number, changes: Partial<RequestEvent> = {}): RequestEvent => ({
  ...{ guard: "guard-1", era: 0, target: 1, asking: "deny", sentAt, receivedAt: sentAt + 50, status, requestId: "" },
  ...changes,
});

/** The first moment at which the promise is certainly broken is after this one. */
const LAST = 1_100 + BOUND + DRIFT;

/** The same without the acknowledgement: it may come in any time. */
const { acknowledgedAt: _, ...unacknowledged } = restriction({ sequences: [], changed: false });

describe("the checker of live histories", () => {
  it.each<[string, CommandEvent[], RequestEvent[]]>([
    ["a request let through after B", [restriction()], [request(LAST + 1, 200)]],
    [
      "a strict request let through after the acknowledgement",
      [restriction()],
      [request(1_101, 200, { asking: "strict" })],
    ],
    [
      "a mirror's word after B where KV may answer",
      [restriction()],
      [request(LAST + 1, 200, { asking: "kv", source: "mirror" })],
    ],
    [
      "a lift that came before",
      [lift({ sentAt: 800, acknowledgedAt: 1_000 }), restriction({ sequences: [3] })],
      [request(LAST + 1, 200)],
    ],
    [
      "a lift that was sent after the answer",
      [restriction(), lift({ sentAt: LAST + 52, acknowledgedAt: LAST + 60 })],
      [request(LAST + 1, 200)],
    ],
    ["a lift of another token", [restriction(), lift({ target: 2 })], [request(LAST + 1, 200)]],
    ["a request let through after a refusal", [restriction()], [request(1_050, 401), request(1_100, 200)]],
    [
      "a request let through after a refusal for what was restricted after a lift",
      [lift({ sentAt: 800, acknowledgedAt: 900, sequences: [0] }), restriction()],
      [request(1_050, 401), request(1_100, 200)],
    ],
    ["a refusal before any command", [restriction()], [request(949, 401)]],
    ["a refusal without any command", [], [request(5_000, 401)]],
    ["two answers to one command", [restriction({ sequences: [1, 2] })], []],
    ["a later command with a lower number", [restriction({ sequences: [3] }), lift()], []],
    ["two changes with one number", [restriction(), restriction({ id: "other", target: 2 })], []],
  ])("finds %s", (_what, commands, requests) => {
    expect(checkLiveHistory({ commands, requests }, BOUND)).not.toEqual([]);
  });

  it.each<[string, CommandEvent[], RequestEvent[]]>([
    ["a request let through within B", [restriction()], [request(LAST, 200)]],
    [
      "a strict request that was sent before the acknowledgement came",
      [restriction()],
      [request(1_100, 200, { asking: "strict" })],
    ],
    ["KV's word where KV may answer", [restriction()], [request(LAST + 1, 200, { asking: "kv", source: "kv" })]],
    ["what was never acknowledged", [unacknowledged], [request(60_000, 200)]],
    ["a lift", [restriction(), lift()], [request(LAST + 1, 200)]],
    [
      "a lift whose acknowledgement was lost",
      [restriction(), { ...unacknowledged, id: "second", does: "lift" }],
      [request(LAST + 1, 200)],
    ],
    [
      "a lift that was sent before the answer came",
      [restriction(), lift({ sentAt: LAST + 51, acknowledgedAt: LAST + 60 })],
      [request(LAST + 1, 200)],
    ],
    ["a request that overtook a refusal", [restriction()], [request(1_050, 401), request(1_099, 200)]],
    ["a lift after a refusal", [restriction(), lift()], [request(1_050, 401), request(1_160, 200)]],
    ["another guard", [restriction()], [request(1_050, 401), request(1_100, 200, { guard: "guard-2" })]],
    ["another isolate", [restriction()], [request(1_050, 401), request(1_100, 200, { era: 1 })]],
    ["another token", [restriction()], [request(1_050, 401), request(LAST + 1, 200, { target: 2 })]],
    ["a refusal as soon as the command was sent", [restriction()], [request(950, 401)]],
    ["a 503 at any time", [restriction()], [request(0, 503), request(LAST + 1, 503)]],
    [
      "one number for a command that changed nothing",
      [restriction(), restriction({ id: "other", changed: false })],
      [],
    ],
  ])("has nothing against %s", (_what, commands, requests) => {
    expect(checkLiveHistory({ commands, requests }, BOUND)).toEqual([]);
  });
});
