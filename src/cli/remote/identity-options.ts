import type { Arguments, Option } from "../command.ts";
import { ISSUER_OPTION } from "./command-options.ts";

/** Whom something is about, by the claims of their tokens. */
export const IDENTITY_OPTIONS: Readonly<Record<string, Option>> = {
  ...ISSUER_OPTION,
  "token-id": { value: "JTI", help: "The token's id." },
  "session-id": { value: "SID", help: "The session's id." },
  subject: { value: "SUB", help: "The claim that names the user." },
};

const MEMBERS = { issuer: "issuer", "token-id": "tokenId", "session-id": "sessionId", subject: "subject" } as const;

export type Identity = { readonly [option in keyof typeof MEMBERS as (typeof MEMBERS)[option]]?: string };

/** As much of it as is given, under the names that the API has for it. */
export function readIdentity(args: Arguments): Identity {
  const given = Object.entries(MEMBERS).flatMap(([option, member]) => {
    const value = args.text(option);
    return value === undefined ? [] : [[member, value] as const];
  });
  return Object.fromEntries(given);
}
