import { createHash, randomBytes } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { LOCAL_SECRETS, readLocalSecrets } from "../../src/cli/read-revocation-key.ts";
import { SECRET_NAME } from "../../src/cli/remote/target.ts";
import { isRevocationKey } from "../../src/config/environment.ts";
import { SetupError } from "./ports.ts";

/** What the demonstration has to keep to itself. */
export interface DemoSecrets {
  readonly revocationKey: string;
  /** Of the operator that the guard knows. */
  readonly operator: string;
}

/** Secrets as good as any that are used for real. */
export function generateSecrets(): DemoSecrets {
  return { revocationKey: randomSecret(), operator: randomSecret() };
}

/** The secrets for local work; what is missing is generated into `.dev.vars`, so that records outlive a restart. */
export function localSecrets(): DemoSecrets & { readonly generated: readonly string[] } {
  const generated: string[] = [];
  const secret = (name: string) => {
    const present = process.env[name] ?? parseEnv(readLocalSecrets())[name];
    if (present === undefined) {
      generated.push(name);
      return append(name);
    }
    if (isRevocationKey(present)) return present;
    throw new SetupError(`${name} needs 32 characters or more, without blanks around it. Correct it in the
environment or in ${LOCAL_SECRETS}, or remove it there to have one generated.`);
  };
  return { revocationKey: secret("REVOCATION_KEY"), operator: secret(SECRET_NAME), generated };
}

/** What stands in the configuration for an operator's secret. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

function append(name: string): string {
  const secret = randomSecret();
  const others = readLocalSecrets();
  const separator = others === "" || others.endsWith("\n") ? "" : "\n";
  writeFileSync(LOCAL_SECRETS, `${others}${separator}${name}=${secret}\n`, { mode: 0o600 });
  chmodSync(LOCAL_SECRETS, 0o600);
  return secret;
}
