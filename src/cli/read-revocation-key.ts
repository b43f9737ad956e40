import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** File with secrets for local work; wrangler reads it, git does not. */
export const LOCAL_SECRETS = ".dev.vars";

/**
 * The secret under which record names are derived: from the environment, or else from `.dev.vars` in the current folder.
 * Undefined when it is in neither. Never an argument: those show in process lists and shell histories.
 */
export function readRevocationKey(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment["REVOCATION_KEY"] ?? parseEnv(readLocalSecrets())["REVOCATION_KEY"];
}

/** The text of `.dev.vars`; empty when there is no such file. */
export function readLocalSecrets(): string {
  try {
    return readFileSync(LOCAL_SECRETS, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
