import { MAX_TOKEN_LENGTH } from "../../model/limits.ts";
import { UsageError } from "../failures.ts";
import { readFileBounded, readInputBounded } from "../files/read-bounded.ts";

/**
 * A token that a command is about.
 *
 * @param command its name, for what to do when there is none
 * @param file undefined for standard input
 * @throws UsageError when there is none
 */
export async function readToken(command: string, file: string | undefined): Promise<string> {
  if (file === undefined && process.stdin.isTTY) {
    throw new UsageError(`Give the token on standard input: jotgate ${command} < token.txt, or use --token-file.`);
  }
  const text =
    file === undefined
      ? readInputBounded(process.stdin, MAX_TOKEN_LENGTH * 2)
      : readFileBounded(file, MAX_TOKEN_LENGTH * 2);
  const token = (await text).trim();
  if (token === "") throw new UsageError("There is no token.");
  return token;
}
