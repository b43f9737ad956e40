import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import type { Location } from "../files/file-error.ts";
import { readFileBounded } from "../files/read-bounded.ts";

const MAX_BYTES = 256 * 1024;

/** Secrets for local work, as wrangler finds them beside its configuration. */
export class LocalSecrets {
  readonly #text: string;
  readonly #file: string;
  readonly #values: Readonly<Record<string, string | undefined>>;

  private constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    this.#values = parseEnv(text);
  }

  /** `.dev.vars.NAME` for an environment where there is one, otherwise `.dev.vars`; empty when there is neither. */
  static read(config: string, environment: string | undefined): LocalSecrets {
    const names = environment === undefined ? [".dev.vars"] : [`.dev.vars.${environment}`, ".dev.vars"];
    const file = names.map((name) => join(dirname(config), name)).find((name) => existsSync(name));
    return file === undefined ? new LocalSecrets("", "") : new LocalSecrets(file, readFileBounded(file, MAX_BYTES));
  }

  get(name: string): string | undefined {
    return this.#values[name];
  }

  /** The line that sets a secret; undefined when none does. */
  locate(name: string): Location | undefined {
    const line = this.#text
      .split("\n")
      .findLastIndex((text) => /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(text)?.[1] === name);
    return line < 0 ? undefined : { file: this.#file, line: line + 1, column: 1 };
  }
}
