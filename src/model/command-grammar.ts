import { isObject, isVersion } from "./json-values.ts";
import { isIdentifierSized, LAST_TIME, MAX_IDENTIFIER_BYTES } from "./limits.ts";
import { RECORD_KINDS } from "./revocation.ts";
import type { RevocationCommand } from "./revocation-command.ts";

/** A record's name. The canonical form only: guards ask for no other, and another one could share its first 64 bits. */
export const RECORD_NAME = new RegExp(`^jotgate1:(?:${RECORD_KINDS.join("|")}):[\\w-]{21}[AQgw]$`);

/** What one member of a command has to be. */
export interface MemberRule {
  readonly fits: (value: unknown) => boolean;
  /** What to do when it does not. */
  readonly remedy: string;
  /** JSON Schema of the same, as far as one can say it. */
  readonly schema: object;
}

const IDENTIFIER: MemberRule = {
  // Halves of surrogate pairs have no UTF-8: two such texts would share a name.
  fits: (value) => isText(value) && isIdentifierSized(value),
  remedy: "Give text of 1 to 512 bytes.",
  schema: { type: "string", minLength: 1, maxLength: MAX_IDENTIFIER_BYTES },
};

const REMARK: MemberRule = {
  fits: (value) => isText(value) && (value === "" || isIdentifierSized(value)),
  remedy: "Give text of at most 512 bytes, or leave it out.",
  schema: { type: "string", maxLength: MAX_IDENTIFIER_BYTES },
};

const TIME: MemberRule = {
  fits: (value) => typeof value === "number" && value >= 0 && value <= LAST_TIME,
  remedy: "Give a NumericDate: seconds since 1970-01-01 UTC as a number.",
  schema: { type: "number", minimum: 0, maximum: LAST_TIME, description: "NumericDate in seconds." },
};

/** Everything that a command can have besides `do`. */
export const MEMBERS = {
  id: {
    fits: (value) => typeof value === "string" && /^[\w.:-]{1,128}$/.test(value),
    remedy: "Give 1 to 128 of A-Z a-z 0-9 . _ : -",
    schema: { type: "string", pattern: "^[\\w.:-]{1,128}$" },
  },
  by: REMARK,
  why: REMARK,
  until: TIME,
  issuer: { ...IDENTIFIER, remedy: "Give the claim iss as it stands in the tokens." },
  tokenId: IDENTIFIER,
  sessionId: IDENTIFIER,
  subject: IDENTIFIER,
  expiresAt: TIME,
  issuedBefore: TIME,
  minimumTokenVersion: {
    fits: isVersion,
    remedy: "Give an integer from 0.",
    schema: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  },
  name: {
    fits: (value) => typeof value === "string" && RECORD_NAME.test(value),
    remedy: "Give the record's key in KV: jotgate1:<kind>:<22 characters>.",
    schema: { type: "string", pattern: RECORD_NAME.source },
  },
  record: {
    fits: isObject,
    remedy: "Give the record as it was exported.",
    schema: { $ref: "#/components/schemas/StoredRecord" },
  },
} as const satisfies Readonly<Record<string, MemberRule>>;

export type MemberName = keyof typeof MEMBERS;

/** One way to write a command: what it has to have, and what it may have besides `id`, `by` and `why`. */
export interface CommandForm {
  readonly do: RevocationCommand["do"];
  readonly needs: readonly MemberName[];
  readonly takes: readonly MemberName[];
}

/** All ways to write commands; those of one command stand together, the one that is meant when nothing else shows it first. */
export const FORMS: readonly CommandForm[] = [
  { do: "revoke", needs: ["issuer", "tokenId"], takes: ["expiresAt", "until"] },
  { do: "revokeSession", needs: ["issuer", "sessionId"], takes: ["until"] },
  { do: "raise", needs: ["issuer", "subject", "minimumTokenVersion"], takes: ["until"] },
  // All tokens of an issuer.
  { do: "cutOff", needs: ["issuer"], takes: ["issuedBefore", "until"] },
  { do: "cutOff", needs: ["issuer", "subject"], takes: ["issuedBefore", "until"] },
  { do: "cutOff", needs: ["issuer", "sessionId"], takes: ["issuedBefore", "until"] },
  { do: "lift", needs: ["name"], takes: [] },
  { do: "lift", needs: ["issuer"], takes: [] },
  { do: "lift", needs: ["issuer", "tokenId"], takes: [] },
  { do: "lift", needs: ["issuer", "sessionId"], takes: [] },
  { do: "lift", needs: ["issuer", "subject"], takes: [] },
  { do: "restore", needs: ["name", "record"], takes: [] },
];

/** Names of all commands. */
export const COMMAND_NAMES: readonly string[] = [...new Set(FORMS.map((form) => form.do))];

function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}
