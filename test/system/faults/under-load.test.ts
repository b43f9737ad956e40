import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runFlood } from "../../load/flood.ts";
import { runLoad } from "../../load/run-load.ts";
import { type Stage, setStage } from "../../load/stage.ts";

/** What is drawn follows from it; what it meets with in a real runtime does not. */
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** Nothing but a bound for a machine that is busy with other things. */
const TIMEOUT_MS = 300_000;

describe(`the built guard (SEED=${SEED})`, { timeout: TIMEOUT_MS }, () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage();
  });

  afterAll(() => stage.stop());

  it("answers every request of a mixed load truly while everything that it depends on fails and recovers", async () => {
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
    const { unbounded, waves } = await runFlood(stage, { count: 250 });
    expect(unbounded).toEqual([]);
    expect(waves).toHaveLength(12);
  });
});
