import { expect, it } from "vitest";
import { isReservedSegment, RESERVED_SEGMENT } from "../../../src/model/reserved-path.ts";

it.each([RESERVED_SEGMENT, "_JotGate", "_jotgate.", "_jotgate. .", "_jotgate "])("%j is reserved", (segment) => {
  expect(isReservedSegment(segment)).toBe(true);
});

it.each(["", "jotgate", "_jotgate1", "x_jotgate", "_jotgate.x", "._jotgate", "_jotgat\u212f", "_\u004aotgates"])(
  "%j is not",
  (segment) => {
    expect(isReservedSegment(segment)).toBe(false);
  },
);

it("a segment of a million dots is read once: from each dot anew, it would take longer than any test may", () => {
  expect(isReservedSegment(`${".".repeat(1_000_000)}x`)).toBe(false);
  expect(isReservedSegment(`_jotgate${".".repeat(1_000_000)}x`)).toBe(false);
});
