const string = { type: "string" };
const identifier = { ...string, minLength: 1, maxLength: 512 };
const time = { type: "number", minimum: 0, description: "NumericDate in seconds." };

const MEMBERS = {
  id: { ...string, pattern: "^[\\w.:-]{1,128}$" },
  why: { ...string, maxLength: 512 },
  dryRun: { type: "boolean" },
  issuer: string,
  tokenId: identifier,
  token: string,
  sessionId: identifier,
  subject: identifier,
  minimumTokenVersion: { type: "integer", minimum: 0 },
  expiresAt: time,
  issuedBefore: time,
  until: time,
  name: { ...string, pattern: "^jotgate1:(token|session|subject|issuer):[\\w-]{21}[AQgw]$" },
  record: { $ref: "#/components/schemas/StoredRecord" },
  confirm: string,
};

type Member = keyof typeof MEMBERS;

/** What each command has to have, and what it may have besides `id`, `why` and `dryRun`. */
const FORMS: readonly (readonly [action: string, needs: readonly Member[], takes?: readonly Member[]])[] = [
  ["revoke", ["issuer", "tokenId"], ["expiresAt", "until"]],
  ["revoke", ["token"], ["until"]],
  ["revokeSession", ["issuer", "sessionId"], ["until"]],
  ["raise", ["issuer", "subject", "minimumTokenVersion"], ["until"]],
  ["cutOff", ["issuer", "subject"], ["issuedBefore", "until"]],
  ["cutOff", ["issuer", "sessionId"], ["issuedBefore", "until"]],
  // All tokens of an issuer.
  ["cutOff", ["issuer"], ["issuedBefore", "until", "confirm"]],
  ["lift", ["name"]],
  ["restore", ["name", "record"]],
];

/** Schema of a command. */
export const COMMAND = {
  type: "object",
  oneOf: FORMS.map(([action, needs, takes = []]) => {
    const members = (["id", "why", "dryRun", ...needs, ...takes] as const).map((name) => [name, MEMBERS[name]]);
    return {
      properties: { do: { const: action }, ...Object.fromEntries(members) },
      required: ["do", ...needs],
      additionalProperties: false,
    };
  }),
};
