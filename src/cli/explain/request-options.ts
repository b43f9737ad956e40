import { parseTokenSource } from "../../explain/place-token.ts";
import { parseRequestLine, type RequestTarget } from "../../explain/request-target.ts";
import type { TokenSource } from "../../model/token-source.ts";
import type { Arguments } from "../command.ts";
import { UsageError } from "../failures.ts";
import { readFileBounded, readInputBounded } from "../files/read-bounded.ts";

/** No token that a guard accepts is longer than 16 KiB; a longer one should be refused for that, and not here. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** Which request, as it was written. */
export function readLine(args: Arguments): string {
  const line = args.text("route");
  if (line === undefined) throw new UsageError('Say which request: --route "GET /api/orders/7".');
  return line;
}

/** @param host for paths without one */
export function readRequest(line: string, host: string): RequestTarget {
  const request = parseRequestLine(line, host);
  if (request === undefined) throw new UsageError('Write --route as method and path: --route "GET /api/orders/7".');
  return request;
}

/** The token from a file or standard input; undefined for a request without. */
export async function readToken(args: Arguments): Promise<string | undefined> {
  const file = args.text("token-file");
  if (args.has("no-token")) {
    if (file !== undefined) throw new UsageError("Give either --token-file or --no-token.");
    return undefined;
  }
  if (file === undefined && process.stdin.isTTY) {
    throw new UsageError(
      "Give the token on standard input (< token.txt) or with --token-file FILE, or say --no-token.",
    );
  }
  const text =
    file === undefined
      ? await readInputBounded(process.stdin, MAX_TOKEN_BYTES)
      : readFileBounded(file, MAX_TOKEN_BYTES);
  const token = text.trim();
  if (token === "") throw new UsageError("The token is empty. Say --no-token to explain a request without one.");
  return token;
}

/** Where the client puts the token. */
export function readSource(written: string | undefined): TokenSource {
  const source = parseTokenSource(written ?? "authorization");
  if (source === undefined) throw new UsageError("Write --token-in as authorization, header:NAME or cookie:NAME.");
  return source;
}

/** Credentials show in process lists and shell histories, so headers that may carry any are refused. */
export function readHeaders(lines: readonly string[], credentialSources: readonly TokenSource[]): Map<string, string> {
  const sources = credentialSources.flatMap((source) => (source.kind === "header" ? [source.name] : []));
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === "") throw new UsageError('Write --header as "Name: value".');
    if (
      ["authorization", "proxy-authorization", "cookie", ...sources].includes(key) ||
      /\bey[\w-]+\.[\w-]+\./.test(value)
    ) {
      throw new UsageError(`--header ${key} may carry a token, and arguments are no place for one. See --token-in.`);
    }
    const present = headers.get(key);
    headers.set(key, present === undefined ? value : `${present}, ${value}`);
  }
  return headers;
}
