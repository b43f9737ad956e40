import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { writeIdentity } from "../../../src/gateway/identity.ts";
import type { VerifiedToken } from "../../../src/model/token.ts";
import { issuer, verified } from "../gateway/decisions.ts";
import { configFor, settingsFor } from "../support.ts";
import { PATIENCE, runs } from "./runs.ts";

vi.setConfig({ testTimeout: PATIENCE });

const NAMES = settingsFor({
  ...configFor(issuer),
  identityHeaders: { claims: [{ claim: "team", header: "X-Team" }] },
}).forwarding.identityHeaders;
const ALICE = await verified();

/** Text with what headers trim, split, fold and forbid, well-formed as identifiers are. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 3 }),
      fc.constantFrom(" ", ",", "%", "%2C", "%25", "\t", '"', ";", "=", "é", "e\u0301", "\u00a0"),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""))
  .filter((joined) => joined.isWellFormed());

describe("what the origin is told of a caller", () => {
  it("is told apart for any two callers", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(header("X-Jotgate-Subject", { subject: a }) === header("X-Jotgate-Subject", { subject: b })).toBe(
          a === b,
        );
      }),
      runs(5_000),
    );
  });

  it("is what the caller is once it is decoded, and survives headers as it is", () => {
    fc.assert(
      fc.property(text, text, (subject, team) => {
        const values = { subject, claims: { team } };
        for (const [name, expected] of [
          ["X-Jotgate-Subject", subject],
          ["X-Team", team],
        ] as const) {
          const value = header(name, values);
          expect(decodeURIComponent(value)).toBe(expected);
          expect(new Headers([["x", value]]).get("x")).toBe(value);
          expect(value).toMatch(/^[\x21-\x2b\x2d-\x7e]*$/);
        }
      }),
      runs(3_000),
    );
  });

  it("is left unsaid as a whole when a part of it is no text or too long", () => {
    fc.assert(
      fc.property(text, fc.constantFrom("\ud800", "x\udfff", "x".repeat(4_097), "é".repeat(683)), (subject, team) => {
        expect(writeIdentity({ ...ALICE, subject, claims: { team } }, NAMES)).toBeUndefined();
      }),
      runs(200),
    );
  });
});

function header(name: string, values: Partial<VerifiedToken>): string {
  const written = writeIdentity({ ...ALICE, ...values }, NAMES)?.find(([other]) => other === name);
  if (written === undefined) throw new Error(`${name} was not written.`);
  return written[1];
}
