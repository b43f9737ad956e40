import { describe, expect, it } from "vitest";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer, withGuard } from "./problems.ts";

const WITH_LEDGER = { ...ENVIRONMENT, LEDGER: { idFromName: () => {} } };
const A = "a".repeat(64);
const B = "b".repeat(64);
const ALICE = { name: "alice", role: "admin", secretHash: A };

describe("operators", () => {
  it("are nobody, unless configured", () => {
    expect(settingsFor(configFor(issuer)).operators).toMatchObject({ secrets: [], selfRevocation: false });
  });

  it("are taken as they are written", () => {
    const operators = [ALICE, { name: "bob", role: "viewer", secretHash: B }];
    expect(settingsFor({ ...configFor(issuer), operators }, WITH_LEDGER).operators.secrets).toEqual(operators);
  });

  it("need a ledger to operate", () => {
    expect(withGuard({ operators: [ALICE] })).toEqual(["operators has no effect without a ledger"]);
  });

  it.each([
    [[{ ...ALICE, role: "owner" }], ["operators[0].role does not fit"]],
    [[{ name: "alice", secretHash: A }], ["operators[0].role is missing"]],
    [[{ ...ALICE, name: "" }], ["operators[0].name does not fit"]],
    [[{ ...ALICE, name: "self" }], ["operators[0].name does not fit"]],
    [[{ ...ALICE, name: "Self" }], []],
    [[{ ...ALICE, name: "a".repeat(512) }], []],
    [[{ ...ALICE, name: "a".repeat(513) }], ["operators[0].name does not fit"]],
    [[{ ...ALICE, name: "é".repeat(256) }], []],
    [[{ ...ALICE, name: "é".repeat(257) }], ["operators[0].name does not fit"]],
    [[{ ...ALICE, secretHash: "a".repeat(63) }], ["operators[0].secretHash does not fit"]],
    [[{ ...ALICE, secretHash: "A".repeat(64) }], ["operators[0].secretHash does not fit"]],
    [[{ ...ALICE, secret: "x" }], ["operators[0].secret is not a setting"]],
    [[ALICE, { ...ALICE, secretHash: B }], ["operators[1].name appears twice"]],
    [[ALICE, { ...ALICE, name: "bob" }], ["operators[1].secretHash is another operator's, too"]],
    ["alice", ["operators does not fit"]],
  ])("%j: %j", (operators, problems) => {
    expect(withGuard({ operators }, WITH_LEDGER)).toEqual(problems);
  });
});
