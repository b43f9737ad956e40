import { expect, it } from "vitest";
import { sameSource, type TokenSource } from "../../../src/model/token-source.ts";

const SOURCES: readonly TokenSource[] = [
  { kind: "authorization" },
  { kind: "header", name: "x-token" },
  { kind: "header", name: "token" },
  { kind: "cookie", name: "token" },
  { kind: "cookie", name: "session" },
];

it.each(SOURCES)("%j is the same place as itself and no other", (source) => {
  expect(SOURCES.filter((other) => sameSource(source, { ...other }))).toEqual([source]);
});
