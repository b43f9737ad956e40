import { expect, it } from "vitest";
import { decodeCommand } from "../../../src/ledger/decode-command.ts";
import { ISSUER } from "./bench.ts";

const issuers = new Set([ISSUER]);
const REVOKE = { do: "revoke", id: "1", issuer: ISSUER, tokenId: "t" };
const CUT_OFF = { do: "cutOff", id: "1", issuer: ISSUER };
const RAISE = { do: "raise", id: "1", issuer: ISSUER, subject: "alice", minimumTokenVersion: 1 };
const LIFT = { do: "lift", id: "1", name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg" };

function problemsOf(input: unknown): readonly string[] {
  const decoded = decodeCommand(input, issuers);
  return decoded.ok ? [] : decoded.problems.map(({ path, problem }) => `${path} ${problem}`);
}

it.each([
  [REVOKE],
  [{ ...REVOKE, id: "a".repeat(128) }],
  [{ ...REVOKE, id: "aZ09._:-" }],
  [{ ...REVOKE, tokenId: "x".repeat(512) }],
  [{ ...REVOKE, expiresAt: 0 }],
  [{ ...REVOKE, expiresAt: 253_402_300_799 }],
  [{ ...REVOKE, by: "", why: "é".repeat(256) }],
  [{ ...REVOKE, by: undefined }],
  [{ do: "revokeSession", id: "1", issuer: ISSUER, sessionId: "s" }],
  [CUT_OFF],
  [{ ...CUT_OFF, subject: "alice", issuedBefore: 1.5, until: 2 }],
  [{ ...CUT_OFF, sessionId: "s" }],
  [RAISE],
  [{ ...RAISE, minimumTokenVersion: 0 }],
  [{ ...RAISE, minimumTokenVersion: Number.MAX_SAFE_INTEGER }],
  [{ ...RAISE, until: 2 }],
  [{ ...REVOKE, expiresAt: 1, until: 2 }],
  [{ do: "revokeSession", id: "1", issuer: ISSUER, sessionId: "s", until: 2 }],
  [{ ...CUT_OFF, issuedBefore: 1, until: 2 }],
  [{ ...CUT_OFF, sessionId: "s", issuedBefore: 1, until: 2 }],
  [LIFT],
  [{ do: "lift", id: "1", issuer: ISSUER }],
  [{ do: "lift", id: "1", issuer: ISSUER, tokenId: "t" }],
  [{ do: "lift", id: "1", issuer: ISSUER, sessionId: "s" }],
  [{ do: "lift", id: "1", issuer: ISSUER, subject: "alice" }],
  [{ ...LIFT, do: "restore", record: { format: 1, revoked: true } }],
])("%o is a command", (input) => {
  expect(problemsOf(input)).toEqual([]);
});

it.each([
  [null, ["command is no object"]],
  ["revoke", ["command is no object"]],
  [[REVOKE], ["command is no object"]],
  [{}, ["do is missing", "id is missing"]],
  [{ do: "delete", id: "1" }, ["do is no command"]],
  [{ do: "toString", id: "1" }, ["do is no command"]],
  [{ do: "revoke" }, ["id is missing", "issuer is missing", "tokenId is missing"]],
  [{ do: "revokeSession", id: "1" }, ["issuer is missing", "sessionId is missing"]],
  [{ do: "raise", id: "1" }, ["issuer is missing", "subject is missing", "minimumTokenVersion is missing"]],
  [{ do: "cutOff", id: "1" }, ["issuer is missing"]],
  [{ do: "lift", id: "1" }, ["name is missing"]],
  [{ do: "restore", id: "1" }, ["name is missing", "record is missing"]],
  [{ ...LIFT, do: "restore", record: [] }, ["record does not fit"]],
  [{ ...REVOKE, id: "" }, ["id does not fit"]],
  [{ ...REVOKE, id: "a".repeat(129) }, ["id does not fit"]],
  [{ ...REVOKE, id: "a b" }, ["id does not fit"]],
  [{ ...REVOKE, id: "a\n" }, ["id does not fit"]],
  [{ ...REVOKE, id: 1 }, ["id does not fit"]],
  [{ ...REVOKE, issuer: `${ISSUER}/` }, ["issuer is not trusted by this guard"]],
  [{ ...REVOKE, issuer: 5 }, ["issuer does not fit"]],
  [{ ...REVOKE, tokenId: "" }, ["tokenId does not fit"]],
  [{ ...REVOKE, tokenId: "x".repeat(513) }, ["tokenId does not fit"]],
  [{ ...REVOKE, tokenId: "\ud800" }, ["tokenId does not fit"]],
  [{ ...REVOKE, expiresAt: -1 }, ["expiresAt does not fit"]],
  [{ ...REVOKE, expiresAt: "1800000000" }, ["expiresAt does not fit"]],
  [{ ...REVOKE, expiresAt: Number.NaN }, ["expiresAt does not fit"]],
  [{ ...REVOKE, expiresAt: 253_402_300_800 }, ["expiresAt does not fit"]],
  [{ ...REVOKE, until: 1_800_000_000_000 }, ["until does not fit"]],
  [{ ...REVOKE, until: null }, ["until does not fit"]],
  [{ ...REVOKE, by: "é".repeat(257) }, ["by does not fit"]],
  [{ ...REVOKE, why: { a: 1 } }, ["why does not fit"]],
  [{ ...REVOKE, subject: "alice" }, ["subject does not belong to this command"]],
  [{ ...REVOKE, exp: 5 }, ["exp does not belong to this command"]],
  [{ ...REVOKE, constructor: 5 }, ["constructor does not belong to this command"]],
  [{ ...CUT_OFF, issuedBefore: Number.POSITIVE_INFINITY }, ["issuedBefore does not fit"]],
  [{ ...CUT_OFF, subject: "a", sessionId: "s" }, ["sessionId stands beside a subject"]],
  [{ ...RAISE, minimumTokenVersion: -1 }, ["minimumTokenVersion does not fit"]],
  [{ ...RAISE, minimumTokenVersion: 1.5 }, ["minimumTokenVersion does not fit"]],
  [{ ...RAISE, minimumTokenVersion: 2 ** 53 }, ["minimumTokenVersion does not fit"]],
  [{ ...LIFT, until: 5 }, ["until does not belong to this command"]],
  [{ ...LIFT, issuer: ISSUER }, ["issuer does not belong to this command"]],
  [{ ...LIFT, name: "jotgate1:user:vrBoFnqdlpSSmL49kKITZg" }, ["name does not fit"]],
  [{ ...LIFT, name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZ" }, ["name does not fit"]],
  [{ ...LIFT, name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZh" }, ["name does not fit"]],
  [{ ...LIFT, name: "xjotgate1:token:vrBoFnqdlpSSmL49kKITZg" }, ["name does not fit"]],
  [
    { do: "raise", id: "?", issuer: "https://other.example", subject: "", until: -1, extra: 1 },
    [
      "minimumTokenVersion is missing",
      "id does not fit",
      "issuer is not trusted by this guard",
      "subject does not fit",
      "until does not fit",
      "extra does not belong to this command",
    ],
  ],
])("%o is refused with everything that is wrong with it", (input, problems) => {
  expect(problemsOf(input)).toEqual(problems);
});

it("every problem comes with a remedy", () => {
  const decoded = decodeCommand({ do: "nothing", id: "", issuer: "x", name: 1, until: "x", other: 1 }, issuers);
  expect(decoded).toMatchObject({ ok: false });
  for (const { remedy } of decoded.ok ? [] : decoded.problems) expect(remedy).toMatch(/^\S.*\S$/);
});
