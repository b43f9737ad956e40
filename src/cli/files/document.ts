import { isObject } from "../../model/json-values.ts";
import type { Location } from "./file-error.ts";
import { FileError } from "./file-error.ts";
import { parseJson } from "./parse-json.ts";
import { parseToml } from "./parse-toml.ts";
import type { Places, ValuePath } from "./places.ts";
import { readFileBounded } from "./read-bounded.ts";

/** What a parser of structured text makes of it. */
export interface Parsed {
  readonly value: unknown;
  readonly places: Places;
}

/** A TOML or JSON file with the place of everything in it. */
export class Document {
  /** As it was named. */
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly #places: Places;

  private constructor(file: string, value: Readonly<Record<string, unknown>>, places: Places) {
    this.file = file;
    this.value = value;
    this.#places = places;
  }

  /**
   * Reads a file by its name's ending: `.toml`, `.json`, or `.jsonc` (JSON with comments and trailing commas).
   *
   * @param most largest size in bytes
   * @throws FileError with the line of what is wrong
   */
  static read(file: string, most: number): Document {
    const ending = /\.(toml|jsonc?)$/.exec(file)?.[1];
    if (ending === undefined) throw new FileError(file, "is neither TOML nor JSON.", "Name it .toml, .json or .jsonc.");
    const text = readFileBounded(file, most);
    const { value, places } = parse(file, text, ending);
    if (!isObject(value)) {
      throw new FileError({ file, line: 1, column: 1 }, "is no object.", "Begin with { and end with }.");
    }
    return new Document(file, value, places);
  }

  /** Where the value at `path` stands, or else what is nearest around it. */
  locate(path: ValuePath): Location {
    return { file: this.file, ...(this.#places.find(path) ?? { line: 1, column: 1 }) };
  }

  /** The same for a path that ends in the spelling of problems. */
  locateWritten(path: ValuePath, written: string): Location {
    return { file: this.file, ...(this.#places.findWritten(path, written) ?? { line: 1, column: 1 }) };
  }

  has(path: ValuePath): boolean {
    return this.#places.has(path);
  }
}

function parse(file: string, text: string, ending: string): Parsed {
  try {
    return ending === "toml" ? parseToml(file, text) : parseJson(file, text, ending === "jsonc");
  } catch (error) {
    // The parsers call themselves for whatever is nested.
    if (error instanceof RangeError) throw new FileError(file, "is nested too deeply.", "Flatten it.");
    throw error;
  }
}
