import { isRevocationKey } from "../../config/environment.ts";
import { isIdentifierSized, MAX_IDENTIFIER_BYTES } from "../../model/limits.ts";
import { RECORD_KINDS, type RecordKind } from "../../model/revocation.ts";
import { RecordNamer } from "../../revocation/record-name.ts";
import type { Arguments, Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import { readRevocationKey } from "../read-revocation-key.ts";
import { isKind } from "../records/read-records-file.ts";

export const name: Command = {
  name: "name",
  summary: "Print the KV key of a revocation record.",
  description: `Prints the KV key of a revocation record, for writers that do not derive it themselves.
docs/revocation-records.md says what to write under the key.

The secret is taken from the environment variable REVOCATION_KEY, or else from .dev.vars, which npm run dev
fills. It has to be the guard's, otherwise the key is another one and the record will not be found.`,
  operands: [{ name: "KIND", help: `which kind of record: ${RECORD_KINDS.join(", ")}.`, choices: RECORD_KINDS }],
  options: {
    issuer: { value: "ISS", help: "The claim iss, character by character: https://issuer.example/ is another one." },
    id: { value: "ID", help: "The claim that names the token, session or user; never the token itself." },
  },
  examples: [
    { command: "jotgate name subject --issuer https://issuer.example --id alice", does: "The record of a user." },
    { command: "jotgate name issuer --issuer https://issuer.example", does: "The record of a whole issuer." },
  ],
  exitCodes: { 0: "Printed.", 2: "Wrong usage, or no REVOCATION_KEY." },
  async run(args, { terminal }) {
    const { kind, issuer, id } = readArguments(args);
    const namer = await RecordNamer.create(readKey());
    const written = await namer.name(kind, issuer, id);
    if (args.has("json")) terminal.printJson({ format: 1, command: "name", kind, name: written });
    else terminal.print(written);
    return 0;
  },
};

const CLAIM_OF = { token: "its jti", session: "its sid", subject: "its sub" } as const;

/** A JWS in compact serialization: its header is a JSON object in base64url. */
const LOOKS_LIKE_TOKEN = /^ey[\w-]+\.[\w-]+\.[\w-]*$/;

interface Asked {
  readonly kind: RecordKind;
  readonly issuer: string;
  readonly id: string | undefined;
}

function readArguments(args: Arguments): Asked {
  const [kind] = args.operands;
  if (!isKind(kind)) throw new UsageError(`Say which kind of record: ${RECORD_KINDS.join(", ")}.`);
  const issuer = readClaim("issuer", args);
  if (issuer === undefined) throw new UsageError("Say whose: --issuer with the value of the claim iss.");
  const id = readClaim("id", args);
  if (kind === "issuer") {
    if (id !== undefined) throw new UsageError("Leave --id out: the record of an issuer speaks for all its tokens.");
  } else if (id === undefined) {
    throw new UsageError(`Say which ${kind}: --id with ${CLAIM_OF[kind]}.`);
  }
  return { kind, issuer, id };
}

function readClaim(option: string, args: Arguments): string | undefined {
  const value = args.text(option);
  if (value === undefined) return undefined;
  if (LOOKS_LIKE_TOKEN.test(value)) {
    throw new UsageError(`--${option} looks like a token, and arguments are no place for one. Give the claim in it.`);
  }
  if (option === "id" && !isIdentifierSized(value)) {
    throw new UsageError(`The guard accepts no --id of more than ${MAX_IDENTIFIER_BYTES} bytes.`);
  }
  return value;
}

function readKey(): string {
  const key = readRevocationKey();
  if (key === undefined) {
    throw new UsageError("REVOCATION_KEY is missing. Set it in the environment, or run npm run dev once.");
  }
  if (!isRevocationKey(key)) {
    throw new UsageError("REVOCATION_KEY has fewer than 32 characters or blanks around it; no guard accepts that.");
  }
  return key;
}
