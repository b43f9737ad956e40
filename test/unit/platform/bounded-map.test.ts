import { expect, it } from "vitest";
import { BoundedMap } from "../../../src/platform/bounded-map.ts";

it("a bounded map keeps what it is given, up to its size", () => {
  const map = new BoundedMap<number>(3, 10);
  for (const [index, key] of ["a", "b", "c"].entries()) map.set(key, index);
  expect([...map]).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ]);
});

it("a bounded map that is full is emptied for what is new", () => {
  const map = new BoundedMap<number>(3, 10);
  for (const [index, key] of ["a", "b", "c", "d"].entries()) map.set(key, index);
  expect([...map]).toEqual([["d", 3]]);
});

it("a bounded map that is full replaces what it has", () => {
  const map = new BoundedMap<number>(2, 10);
  for (const [index, key] of ["a", "b", "a"].entries()) map.set(key, index);
  expect([...map]).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
});

it("a bounded map keeps nothing under a key that is too long, and loses nothing for it", () => {
  const map = new BoundedMap<number>(1, 4);
  map.set("four", 1).set("fives", 2);
  expect([...map]).toEqual([["four", 1]]);
});

it("a bounded map never holds more than its size, whatever comes", () => {
  const map = new BoundedMap<number>(100, 10);
  for (let i = 0; i < 1_000; i++) expect(map.set(String(i), i).size).toBeLessThanOrEqual(100);
  expect(map.get("999")).toBe(999);
});
