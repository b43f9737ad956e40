import { randomBytes } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { LOCAL_SECRETS, readLocalSecrets, readRevocationKey } from "../../src/cli/read-revocation-key.ts";
import { isRevocationKey } from "../../src/config/environment.ts";
import { SetupError } from "./ports.ts";

/** A secret as good as any that is used for real. */
export function generateRevocationKey(): string {
  return randomBytes(32).toString("base64url");
}

/** The secret for local work; generated into `.dev.vars` when there is none, so that records outlive a restart. */
export function localRevocationKey(): { key: string; generated: boolean } {
  const present = readRevocationKey();
  if (present !== undefined) {
    if (isRevocationKey(present)) return { key: present, generated: false };
    throw new SetupError(`REVOCATION_KEY needs 32 characters or more, without blanks around it. Correct it in the
environment or in ${LOCAL_SECRETS}, or remove it there to have one generated.`);
  }
  const key = generateRevocationKey();
  const others = readLocalSecrets();
  const separator = others === "" || others.endsWith("\n") ? "" : "\n";
  writeFileSync(LOCAL_SECRETS, `${others}${separator}REVOCATION_KEY=${key}\n`, { mode: 0o600 });
  chmodSync(LOCAL_SECRETS, 0o600);
  return { key, generated: true };
}
