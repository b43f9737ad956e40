import { parseArgs } from "node:util";
import { isRevocationKey } from "../config/environment.ts";
import { isIdentifierSized, MAX_IDENTIFIER_BYTES } from "../model/limits.ts";
import { RECORD_KINDS, type RecordKind } from "../model/revocation.ts";
import { RecordNamer } from "../revocation/record-name.ts";
import { readRevocationKey } from "./read-revocation-key.ts";

/* Prints the KV key of a revocation record, for writers that do not derive it themselves. */

const HELP = `Prints the KV key of a revocation record.

  npm run -s revocation-key -- token   --issuer https://issuer.example --id <jti>
  npm run -s revocation-key -- session --issuer https://issuer.example --id <sid>
  npm run -s revocation-key -- subject --issuer https://issuer.example --id <sub>
  npm run -s revocation-key -- issuer  --issuer https://issuer.example

--issuer  the claim iss, character by character: https://issuer.example/ is another one
--id      the claim that names the token, session or user; never the token itself

The secret is taken from the environment variable REVOCATION_KEY, or else from .dev.vars, which \`npm run dev\` fills. It has
to be the guard's, otherwise the key is another one and the record will not be found.
docs/revocation-records.md says what to write under the key.`;

const CLAIM_OF = { token: "its jti", session: "its sid", subject: "its sub" } as const;

/** A JWS in compact serialization: its header is a JSON object in base64url. */
const LOOKS_LIKE_TOKEN = /^ey[\w-]+\.[\w-]+\.[\w-]*$/;

/** Wrong usage; the message says what to do. */
class UsageError extends Error {}

interface Asked {
  readonly kind: RecordKind;
  readonly issuer: string;
  readonly id: string | undefined;
}

async function nameOf({ kind, issuer, id }: Asked): Promise<string> {
  const key = readRevocationKey();
  if (key === undefined) {
    throw new UsageError("REVOCATION_KEY is missing. Set it in the environment, or run npm run dev once.");
  }
  if (!isRevocationKey(key)) {
    throw new UsageError("REVOCATION_KEY has fewer than 32 characters or blanks around it; no guard accepts that.");
  }
  const namer = await RecordNamer.create(key);
  return namer.name(kind, issuer, id);
}

function readArguments(args: readonly string[]): Asked | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  const [kind, ...rest] = positionals;
  if (kind === undefined) throw new UsageError(`Say which kind of record: ${RECORD_KINDS.join(", ")}.`);
  if (!isKind(kind)) throw new UsageError(`There is no such kind of record. Use one of ${RECORD_KINDS.join(", ")}.`);
  if (rest.length > 0) throw new UsageError("Give one kind only, and the rest with --issuer and --id.");
  const issuer = readOnce("issuer", values.issuer);
  if (issuer === undefined) throw new UsageError("Say whose: --issuer with the value of the claim iss.");
  const id = readOnce("id", values.id);
  if (kind === "issuer" && id !== undefined) {
    throw new UsageError("Leave --id out: the record of an issuer speaks for all its tokens.");
  }
  if (kind !== "issuer" && id === undefined) throw new UsageError(`Say which ${kind}: --id with ${CLAIM_OF[kind]}.`);
  return { kind, issuer, id };
}

/** Only the names of arguments are ever repeated: somebody might have put a secret there. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        issuer: { type: "string", multiple: true },
        id: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    });
  } catch {
    throw new UsageError("Use --issuer and --id, each with a value (--id=… for one that begins with a hyphen).");
  }
}

function readOnce(name: string, values: readonly string[] | undefined): string | undefined {
  const [value, ...more] = values ?? [];
  if (more.length > 0) throw new UsageError(`Give --${name} once.`);
  if (value === "") throw new UsageError(`Give --${name} a value; this one is empty.`);
  if (name === "id" && value !== undefined && !isIdentifierSized(value)) {
    throw new UsageError(`The guard accepts no --id of more than ${MAX_IDENTIFIER_BYTES} bytes.`);
  }
  if (value !== undefined && LOOKS_LIKE_TOKEN.test(value)) {
    throw new UsageError(`--${name} looks like a token, and arguments are no place for one. Give the claim in it.`);
  }
  return value;
}

function isKind(text: string): text is RecordKind {
  return (RECORD_KINDS as readonly string[]).includes(text);
}

try {
  const asked = readArguments(process.argv.slice(2));
  console.log(asked === "help" ? HELP : await nameOf(asked));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nHelp: npm run -s revocation-key -- --help`);
  process.exitCode = 2;
}
