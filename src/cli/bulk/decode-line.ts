import { decodeCommand } from "../../ledger/decode-command.ts";
import { isObject } from "../../model/json-values.ts";
import type { Problem } from "../../model/problem.ts";

type Fields = Readonly<Record<string, unknown>>;

export type DecodedLine =
  | { readonly ok: true; readonly command: Fields }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Only the guard knows whom it trusts. */
const ANY_ISSUER = { has: () => true };

/**
 * Reads a line of an import: a record as `jotgate export` writes it, or a command as `POST /commands` takes it. What is wrong
 * with it whatever the guard's configuration is found by the ledger's own code.
 *
 * @param id of the command, where the line has none of its own
 */
export function decodeLine(text: string | undefined, id: string): DecodedLine {
  const fields = text === undefined ? undefined : parseObject(text);
  if (fields === undefined) return about("line", "is no JSON object", "Write one JSON object on each line.");
  if (fields["do"] === undefined && fields["name"] !== undefined) return decodeRecord(fields, id);
  if (fields["by"] !== undefined) return about("by", "is not for callers", "Leave it out: it is the operator's name.");
  const command = { id, ...fields };
  const decoded = decodeCommand(asTheLedgerGetsIt(command), ANY_ISSUER);
  return decoded.ok ? { ok: true, command } : decoded;
}

function decodeRecord({ name, kind, record, ...others }: Fields, id: string): DecodedLine {
  const [other] = Object.keys(others);
  if (other !== undefined) return about(other, "does not belong to a record", "Remove it, or correct its name.");
  if (kind !== undefined && (typeof name !== "string" || !name.startsWith(`jotgate1:${kind}:`))) {
    return about("kind", "is not the name's", "Write it as in the name, or leave it out.");
  }
  const command = { id, do: "restore", name, record };
  const decoded = decodeCommand(command, ANY_ISSUER);
  return decoded.ok ? { ok: true, command } : decoded;
}

/** The guard takes issuer and id from a token; what stands in for them here is checked for its form only. */
function asTheLedgerGetsIt({ confirm: _confirm, ...command }: Fields): Fields {
  const { token, ...rest } = command;
  return command["do"] === "revoke" && typeof token === "string"
    ? { ...rest, issuer: "of the token", tokenId: "of the token" }
    : command;
}

function about(path: string, problem: string, remedy: string): DecodedLine {
  return { ok: false, problems: [{ path, problem, remedy }] };
}

function parseObject(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
