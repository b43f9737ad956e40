import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Strings, numbers and keys of objects, in this order, in source text. Comments are skipped, so that nothing in them counts. */
const LITERAL =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|(-?\b\d[\d_]*(?:\.\d+)?(?:e\d+)?\b)|([A-Za-z_$][\w$]*)(?=\s*:)/g;

const IMPORTED = /(?:from|import)\s+"(\.[^"]+)"/g;

/** What has no literal of its own but stands in tables all the same. */
const WORDS = ["true", "false", "null", "undefined", "NaN"];

/** The values that rows of a test's tables can have, as far as its source tells. */
export class RowValues {
  readonly #values: ReadonlySet<string>;

  /** @param sources of the test and of what its tables may come from */
  constructor(sources: readonly string[], fileNames: readonly string[] = []) {
    this.#values = new Set([...WORDS, ...sources.flatMap(literalsIn), ...fileNames].map(plain));
  }

  /** Reads a test file and what it imports from its own repository. Rows may also be files beside the test. */
  static readFor(file: string): RowValues {
    const source = readFileSync(file, "utf8");
    const imported = [...source.matchAll(IMPORTED)].map(([, path = ""]) => join(dirname(file), path));
    const sources = imported.filter((path) => existsSync(path)).map((path) => readFileSync(path, "utf8"));
    return new RowValues([source, ...sources], readdirSync(dirname(file)));
  }

  /** Whether a row can have this value, as vitest prints it: alone, quoted, or as JSON all of whose parts are literals. */
  has(printed: string): boolean {
    if (this.#values.has(plain(printed))) return true;
    const unquoted = /^(["'])(.*)\1$/s.exec(printed)?.[2];
    if (unquoted !== undefined && this.#values.has(plain(unquoted))) return true;
    const parts = partsOf(printed);
    return parts?.every((part) => this.#values.has(plain(part))) ?? false;
  }
}

function literalsIn(source: string): string[] {
  return [...source.matchAll(LITERAL)].flatMap((match) => {
    const [whole, ...groups] = match;
    const literals = groups.filter((group) => group !== undefined);
    // A list may be written as one text.
    const isList = source.startsWith('.split(" ")', match.index + whole.length);
    return isList ? literals.flatMap((literal) => literal.split(" ")) : literals;
  });
}

/** Strings, numbers and keys of JSON; undefined for what is none. */
function partsOf(printed: string): readonly string[] | undefined {
  try {
    const parts: string[] = [];
    JSON.parse(printed, (key, value: unknown) => {
      if (key !== "" && !/^\d+$/.test(key)) parts.push(key);
      if (typeof value !== "object" || value === null) parts.push(String(value));
      return value;
    });
    return parts;
  } catch {
    return undefined;
  }
}

/** Without what a literal's source and its print differ in: escapes, and the separators of long numbers. */
function plain(text: string): string {
  return text.replace(/\\(?=["'`])/g, "").replace(/(?<=\d)_(?=\d)/g, "");
}
