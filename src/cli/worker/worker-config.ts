import { existsSync } from "node:fs";
import { isObject } from "../../model/json-values.ts";
import { UsageError } from "../failures.ts";
import { Document } from "../files/document.ts";
import type { Location } from "../files/file-error.ts";
import type { ValuePath } from "../files/places.ts";
import { didYouMean } from "../suggest.ts";

/** Bytes of the largest configuration that is read; wrangler's own are a few kilobytes. */
const MAX_BYTES = 1024 * 1024;

/** In the order in which wrangler looks for them. */
const DEFAULT_FILES = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/** Where wrangler binds what is no variable. */
const BOUND_IN: Readonly<Record<string, string>> = {
  REVOCATIONS: "kv_namespaces",
  LEDGER: "durable_objects",
  REVOCATION_KEY: "secrets",
  ASSERTION_KEY: "secrets",
};

/** A Worker as wrangler's configuration describes it: the whole file, or one environment of it. */
export class WorkerConfig {
  readonly document: Document;
  readonly environment: string | undefined;
  readonly #base: ValuePath;

  private constructor(document: Document, environment: string | undefined) {
    this.document = document;
    this.environment = environment;
    this.#base = environment === undefined ? [] : ["env", environment];
  }

  /**
   * @param file undefined for wrangler's own choice in the current folder
   * @param environment name of an environment; undefined for the top of the file
   */
  static read(file: string | undefined, environment: string | undefined): WorkerConfig {
    const document = Document.read(file ?? findDefault(), MAX_BYTES);
    if (environment !== undefined && !document.has(["env", environment])) {
      const known = Object.keys(asRecord(document.value["env"]));
      const names = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
      throw new UsageError(
        `${document.file} has no environment of that name; ${names}.${didYouMean(environment, known)}`,
      );
    }
    return new WorkerConfig(document, environment);
  }

  get file(): string {
    return this.document.file;
  }

  get vars(): Readonly<Record<string, unknown>> {
    return asRecord(this.read("vars"));
  }

  /** A setting of this environment; what environments do not inherit (variables, bindings, secrets) is not looked for above. */
  read(setting: string): unknown {
    return asRecord(this.#section())[setting];
  }

  /** A setting that environments inherit. */
  readInherited(setting: string): unknown {
    return this.read(setting) ?? this.document.value[setting];
  }

  /** Where a setting stands, or the environment that it is missing in. */
  locate(path: ValuePath): Location {
    return this.document.locate([...this.#base, ...path]);
  }

  /** The same for a setting that environments inherit. */
  locateInherited(path: ValuePath): Location {
    const isOwn = this.read(String(path[0])) !== undefined || !this.document.has(path);
    return isOwn ? this.locate(path) : this.document.locate(path);
  }

  /** Where a variable stands, in the spelling of problems: `ROUTES[2].access`. Bindings and secrets stand elsewhere. */
  locateVariable(written: string): Location {
    const elsewhere = BOUND_IN[written];
    if (elsewhere !== undefined && this.vars[written] === undefined) return this.locate([elsewhere]);
    return this.document.locateWritten([...this.#base, "vars"], written);
  }

  /** Values of `key` in a list of tables: the names of bindings. */
  names(list: unknown, key: string): readonly string[] {
    if (!Array.isArray(list)) return [];
    return list.map((item) => asRecord(item)[key]).filter((name) => typeof name === "string");
  }

  #section(): unknown {
    const { value } = this.document;
    return this.environment === undefined ? value : asRecord(value["env"])[this.environment];
  }
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function findDefault(): string {
  const found = DEFAULT_FILES.find((name) => existsSync(name));
  if (found === undefined) {
    throw new UsageError("There is no wrangler.toml in this folder. Name the configuration: --config FILE.");
  }
  return found;
}
