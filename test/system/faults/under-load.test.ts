import { afterEach, describe, expect, it } from "vitest";
import { runFlood } from "../../load/flood.ts";
import { runLoad } from "../../load/run-load.ts";
import { type Stage, setStage } from "../../load/stage.ts";

/** What is drawn follows from it; what it meets with in a real runtime does not. */
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** Nothing but a bound for a machine that is busy with other things. */
const TIMEOUT_MS = 300_000;

describe(`the built guard (SEED=${SEED})`, { timeout: TIMEOUT_MS }, () => {
  let stage: Stage | undefined;

  afterEach(() => stage?.stop());

  it("answers every request of a mixed load truly while everything that it depends on fails and recovers", async () => {
    stage = await setStage();
    const report = await runLoad(stage, { seconds: 20, rate: 150, seed: SEED });
    expect(report.wrong).toEqual([]);
    expect(report.unasked).toEqual([]);
    expect(report.requests).toBeGreaterThan(500);
    expect(report.histories).toBeGreaterThan(30);
    expect(report.commands).toBeGreaterThan(5);
    for (const what of ["ledger", "store", "origin", "keys"]) expect(report.faults[what], what).toBeGreaterThan(2);
    const answers = Object.keys(report.answers);
    for (const what of [
      "valid: 200",
      "revocable: 401 token_revoked",
      "expired: 401 token_expired",
      "forged: 401 signature_invalid",
    ]) {
      expect(answers).toContain(what);
    }
  });

  it("asks for nothing more when it is flooded with what attackers can make up", async () => {
    stage = await setStage({ isInspected: true });
    const { unbounded, waves, liveHeaps, growth } = await runFlood(stage, { count: 250 });
    expect(unbounded).toEqual([]);
    expect(waves).toHaveLength(18);
    // Too few to fill anything: whether memory grows is not judged here, and the report says so.
    expect(growth).toContain("NOT JUDGED");
    expect(liveHeaps).toHaveLength(8);
    for (const { mebibytes, guard } of liveHeaps) expect(mebibytes, guard).toBeGreaterThan(0.1);
  });
});
