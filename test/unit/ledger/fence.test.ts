import { expect, it } from "vitest";
import { Fence } from "../../../src/ledger/fence.ts";
import { FakeClock } from "./bench.ts";

/** A fence whose writes end when the test says so. */
function create() {
  const clock = new FakeClock();
  const writes: PromiseWithResolvers<void>[] = [];
  const fence = new Fence(() => {
    const write = Promise.withResolvers<void>();
    writes.push(write);
    return write.promise;
  }, clock);
  return { clock, writes, fence };
}

/** Lets everything happen that only waits for promises. */
async function turn(): Promise<void> {
  for (let step = 0; step < 10; step++) await undefined;
}

it("a first question waits for a proof that was begun after it", async () => {
  const { fence, writes } = create();
  let age: number | undefined;
  const answer = fence.age(fence.now()).then((value) => {
    age = value;
  });
  await turn();
  expect(age).toBeUndefined();
  writes[0]?.resolve();
  await answer;
  expect(age).toBe(0);
});

it.each([
  [0, 1],
  [999, 1],
  [1_000, 2],
  [5_000, 2],
])("a question %i ms after the begin of a proof finds %i write(s) and its true age", async (later, count) => {
  const { fence, writes, clock } = create();
  const first = fence.age(fence.now());
  clock.pass(later / 2);
  writes[0]?.resolve();
  await first;
  clock.pass(later / 2);
  const second = fence.age(fence.now());
  await turn();
  expect(writes).toHaveLength(count);
  writes[1]?.resolve();
  expect(await second).toBe(count === 1 ? later : 0);
});

it("questions during a write share it, and count from its begin", async () => {
  const { fence, writes, clock } = create();
  const first = fence.age(fence.now());
  clock.pass(300);
  const second = fence.age(fence.now());
  clock.pass(300);
  writes[0]?.resolve();
  expect(await Promise.all([first, second])).toEqual([0, 300]);
  expect(writes).toHaveLength(1);
});

it("strict questions during a write wait for the next one, all for the same", async () => {
  const { fence, writes } = create();
  const before = fence.next();
  let answered = 0;
  const during = [fence.next(), fence.next()].map((proof) => proof.then(() => answered++));
  writes[0]?.resolve();
  await before;
  await turn();
  expect([answered, writes.length]).toEqual([0, 2]);
  writes[1]?.resolve();
  await Promise.all(during);
  expect([answered, writes.length]).toEqual([2, 2]);
});

it("a clock that went back makes earlier proofs worthless, even when it has caught up", async () => {
  const { fence, writes, clock } = create();
  const first = fence.age(fence.now());
  writes[0]?.resolve();
  await first;
  clock.pass(-200);
  fence.now();
  clock.pass(300);
  const second = fence.age(fence.now());
  await turn();
  expect(writes).toHaveLength(2);
  writes[1]?.resolve();
  expect(await second).toBe(0);
});

it("a write that is not confirmed is no proof; the next question tries again", async () => {
  const { fence, writes } = create();
  const first = fence.age(fence.now());
  const waiting = fence.next();
  writes[0]?.reject(new Error("replaced"));
  await expect(first).rejects.toThrow("replaced");
  await turn();
  writes[1]?.resolve();
  await waiting;
  expect(await fence.age(fence.now())).toBe(0);
});
