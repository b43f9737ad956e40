import { type CommandForm, FORMS, MEMBERS, type MemberName } from "../model/command-grammar.ts";
import { MAX_TOKEN_LENGTH } from "../model/limits.ts";

/** Members that the API takes care of itself. */
const OWN = {
  dryRun: { type: "boolean" },
  token: { type: "string", maxLength: MAX_TOKEN_LENGTH },
  confirm: MEMBERS.issuer.schema,
} as const;

type OwnName = keyof typeof OWN;

/** Forms of the ledger's commands, and one by the token itself. */
const ALL: readonly (Omit<CommandForm, "needs"> & { readonly needs: readonly (MemberName | OwnName)[] })[] = [
  ...FORMS,
  { do: "revoke", needs: ["token"], takes: ["until"] },
];

/** Schema of a command, as the API takes it. */
export const COMMAND = {
  type: "object",
  oneOf: ALL.map(({ do: action, needs, takes }) => {
    // All tokens of an issuer end by one command, and that has to be meant.
    const endsIssuer = action === "cutOff" && needs.length === 1;
    const names = ["id", "why", "dryRun", ...needs, ...takes, ...(endsIssuer ? (["confirm"] as const) : [])] as const;
    return {
      properties: { do: { const: action }, ...Object.fromEntries(names.map((name) => [name, schemaOf(name)])) },
      required: ["do", ...needs],
      additionalProperties: false,
    };
  }),
};

function schemaOf(name: MemberName | OwnName): object {
  return name in OWN ? OWN[name as OwnName] : MEMBERS[name as MemberName].schema;
}
