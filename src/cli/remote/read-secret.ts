import { MAX_TOKEN_LENGTH } from "../../model/limits.ts";
import { UsageError } from "../failures.ts";
import { readFileBounded } from "../files/read-bounded.ts";

/** Ends of lines around a secret, which editors and shells add. */
const BLANKS = 64;

/**
 * An operator's secret or token from a file, as it goes into a header.
 *
 * @throws FileError when the file cannot be read or is larger than the longest token, UsageError as {@link checkSecret}
 */
export function readSecretFile(file: string): string | undefined {
  return checkSecret(readFileBounded(file, MAX_TOKEN_LENGTH + BLANKS));
}

/**
 * A secret without blanks around it; undefined when nothing is left.
 *
 * @throws UsageError for what is no secret and no token
 */
export function checkSecret(text: string | undefined): string | undefined {
  const secret = text?.trim();
  if (!secret) return undefined;
  if (secret.length > MAX_TOKEN_LENGTH) {
    throw new UsageError(
      `The operator secret is longer than any secret or token: more than ${MAX_TOKEN_LENGTH} bytes.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(secret)) throw new UsageError("The operator secret has characters that no secret has.");
  return secret;
}
