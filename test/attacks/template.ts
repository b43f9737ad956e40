import { FormatError } from "./format-error.ts";
import { FUNCTIONS } from "./functions.ts";

/** A stretch of text as it is, or something to put in its place. */
export type Piece = string | Call;

/** `{{name value key=value}}`. */
export interface Call {
  readonly name: string;
  readonly values: readonly (readonly Piece[])[];
  readonly named: ReadonlyMap<string, readonly Piece[]>;
  /** File and line, for messages. */
  readonly place: readonly [file: string, line: number];
}

/**
 * Reads text with templates in it. The values of a template are separated by blanks; each is a JSON object or array exactly as it
 * is written, a JSON string that stands for its content, a plain word, or another template, and several of these in a row.
 *
 * @param defined names that may stand for themselves
 * @throws FormatError for characters beyond printable ASCII, for templates that do not end and for names nobody knows
 */
export function parseTemplate(file: string, line: number, text: string, defined: readonly string[]): readonly Piece[] {
  return new Reader(file, line, text, defined).readAll();
}

class Reader {
  readonly #file: string;
  readonly #text: string;
  readonly #defined: readonly string[];
  #line: number;
  #at = 0;

  constructor(file: string, line: number, text: string, defined: readonly string[]) {
    this.#file = file;
    this.#defined = defined;
    this.#line = line;
    this.#text = text;
  }

  readAll(): readonly Piece[] {
    const pieces: Piece[] = [];
    while (this.#at < this.#text.length) pieces.push(this.#sees("{{") ? this.#readCall() : this.#take());
    return joinTexts(pieces);
  }

  #readCall(): Call {
    const place = [this.#file, this.#line] as const;
    this.#at += 2;
    const name = this.#word(/[a-z0-9-]/);
    if (name === "") this.#fail("a template has no name");
    const values: (readonly Piece[])[] = [];
    const named = new Map<string, readonly Piece[]>();
    while (!this.#sees("}}")) {
      if (this.#take() !== " ") this.#fail("a template has no blank between its parts");
      const key = /^([a-z-]+)=/.exec(this.#text.slice(this.#at))?.[1];
      if (key === undefined) {
        values.push(this.#readValue());
        continue;
      }
      if (named.has(key)) this.#fail(`${key} stands twice`);
      this.#at += key.length + 1;
      named.set(key, this.#readValue());
    }
    this.#at += 2;
    const isName = this.#defined.includes(name) && values.length === 0 && named.size === 0;
    if (!isName && !FUNCTIONS.has(name)) this.#fail(`nobody knows {{${name}}}`);
    return { name, values, named, place };
  }

  #readValue(): readonly Piece[] {
    const pieces: Piece[] = [];
    for (;;) {
      if (this.#sees("{{")) pieces.push(this.#readCall());
      else if (this.#sees("{") || this.#sees("[")) pieces.push(...this.#readJson());
      else if (this.#sees('"')) pieces.push(this.#readString());
      else if (this.#sees("}}") || this.#sees(" ")) break;
      else pieces.push(this.#take());
    }
    if (pieces.length === 0) this.#fail("a value is empty");
    return joinTexts(pieces);
  }

  /** A JSON object or array, however strange, up to its closing bracket. Templates in it count, in its strings as well. */
  #readJson(): readonly Piece[] {
    const pieces: Piece[] = [];
    let depth = 0;
    let inString = false;
    do {
      if (this.#sees("{{")) {
        pieces.push(this.#readCall());
        continue;
      }
      const character = this.#take();
      pieces.push(character);
      if (character === '"') inString = !inString;
      else if (inString && character === "\\") pieces.push(this.#take());
      else if (!inString && (character === "{" || character === "[")) depth += 1;
      else if (!inString && (character === "}" || character === "]")) depth -= 1;
    } while (depth > 0);
    return pieces;
  }

  #readString(): string {
    const [literal] = /^"(?:[^"\\]|\\.)*"/.exec(this.#text.slice(this.#at)) ?? this.#fail("a string does not end");
    this.#at += literal.length;
    const content: unknown = JSON.parse(literal);
    return String.fromCharCode(...new TextEncoder().encode(String(content)));
  }

  #word(characters: RegExp): string {
    let word = "";
    while (characters.test(this.#text[this.#at] ?? "")) word += this.#take();
    return word;
  }

  #take(): string {
    const character = this.#text[this.#at] ?? this.#fail("a template does not end");
    if (character === "\n") this.#line += 1;
    else if (!/[\r\x20-\x7e]/.test(character)) this.#fail("a character is not printable ASCII");
    this.#at += 1;
    return character;
  }

  #sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #fail(problem: string): never {
    throw new FormatError(this.#file, this.#line, problem);
  }
}

function joinTexts(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}
