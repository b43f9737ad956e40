import { describe, expect, it } from "vitest";
import { RecordNamer } from "../../src/revocation/record-name.ts";
import { SimulatedStorage } from "./ledger-storage.ts";
import { BEGINNING, MachineClock } from "./machine.ts";
import { SIMULATED_KEY, simulatedNamer } from "./names.ts";
import { World } from "./world.ts";

describe("the simulated namer", () => {
  it("names records as the real one does", async () => {
    const identity = { issuer: "https://one.example", subject: "用户", tokenId: "t", sessionId: undefined };
    const real = await RecordNamer.create(SIMULATED_KEY);
    const written = async (namer: RecordNamer) =>
      (await namer.namesFor(identity)).map(({ kind, octets, id, name }) => ({ kind, octets, id, name }));
    const names = await written(simulatedNamer());
    expect(names).toHaveLength(3);
    expect(names).toEqual(await written(real));
  });
});

describe("the simulated storage", () => {
  const values = (storage: SimulatedStorage) => storage.exec("SELECT value FROM rows").map((row) => row["value"]);

  async function filled() {
    const world = new World(1);
    const storage = new SimulatedStorage(world, () => 10);
    storage.exec("CREATE TABLE rows (value TEXT)");
    storage.exec("INSERT INTO rows VALUES (?)", "durable");
    await world.runUntil(20);
    return { world, storage };
  }

  it("keeps what was durable when the instance is replaced, and nothing else", async () => {
    const { world, storage } = await filled();
    storage.exec("INSERT INTO rows VALUES (?)", "too late");
    await world.runUntil(29);
    expect(values(storage.replace(() => 10))).toEqual(["durable"]);
    expect(values(storage)).toEqual(["durable", "too late"]);
  });

  it("confirms a write when it is durable, not before", async () => {
    const { world, storage } = await filled();
    storage.exec("INSERT INTO rows VALUES (?)", "new");
    let isConfirmed = false;
    storage.sync().then(() => {
      isConfirmed = true;
    });
    await world.runUntil(29);
    expect(isConfirmed).toBe(false);
    await world.runUntil(32);
    expect(isConfirmed).toBe(true);
  });

  it("tells a replaced instance only when it writes", async () => {
    const { world, storage } = await filled();
    storage.replace(() => 10);
    await expect(storage.sync()).resolves.toBeUndefined();
    storage.exec("INSERT INTO rows VALUES (?)", "of a dead object");
    const synced = storage.sync();
    synced.catch(() => undefined);
    await world.runUntil(60);
    await expect(synced).rejects.toThrow("does not own its storage");
  });

  it("forgets what a transaction wrote that threw", async () => {
    const { storage } = await filled();
    const fail = () =>
      storage.transaction(() => {
        storage.exec("INSERT INTO rows VALUES (?)", "undone");
        throw new Error("on purpose");
      });
    expect(fail).toThrow("on purpose");
    expect(values(storage)).toEqual(["durable"]);
  });
});

describe("a simulated clock", () => {
  it("shows a smaller time than before when it was set back", async () => {
    const world = new World(1);
    const clock = new MachineClock(world, 5);
    expect(clock.now()).toBe(BEGINNING + 5);
    await world.runUntil(100);
    clock.setBack(7);
    expect(clock.now()).toBe(BEGINNING - 2);
    await world.runUntil(110);
    expect(clock.now()).toBe(BEGINNING + 8);
  });

  it("shows a later time when it jumped forward", () => {
    const clock = new MachineClock(new World(1), 0);
    clock.jumpForward(30);
    expect(clock.now()).toBe(BEGINNING + 30);
  });
});
