import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import { FileError } from "./file-error.ts";
import { type Place, Places, type ValuePath } from "./places.ts";

/**
 * Parses TOML 1.0. Dates and times become text in the form of RFC 3339.
 *
 * @throws FileError with the line of what is wrong
 */
export function parseToml(file: string, text: string): { value: unknown; places: Places } {
  try {
    const program = parseTOML(text, { tomlVersion: "1.0.0" });
    const places = new Places();
    const [top] = program.body;
    markBody(top.body, [], places);
    // By way of JSON, dates are text, and a key like __proto__ is nothing but a key.
    return { value: JSON.parse(JSON.stringify(getStaticTOMLValue(program))), places };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new FileError({ file, ...placeOfError(error, text) }, `is no TOML: ${error.message}.`, "Correct this line.");
  }
}

/** A value that is missing shows at whatever comes next; people look for it behind the equals sign. */
function placeOfError({ lineNumber, column }: ParseError, text: string): Place {
  const before = text.split("\n").slice(0, lineNumber - 1);
  const unfinished = before.findLastIndex((line) => line.trim() !== "");
  const line = before[unfinished] ?? "";
  return column === 0 && /=\s*(?:#.*)?$/.test(line)
    ? { line: unfinished + 1, column: line.indexOf("=") + 1 }
    : { line: lineNumber, column: column + 1 };
}

type Body = readonly (AST.TOMLKeyValue | AST.TOMLTable)[];

function markBody(body: Body, base: ValuePath, places: Places): void {
  for (const node of body) {
    const path = node.type === "TOMLTable" ? node.resolvedKey : [...base, ...namesOf(node.key)];
    places.mark(path, placeOf(node));
    if (node.type === "TOMLTable") markBody(node.body, path, places);
    else markValue(node.value, path, places);
  }
}

function markValue(node: AST.TOMLContentNode, path: ValuePath, places: Places): void {
  if (node.type === "TOMLInlineTable") markBody(node.body, path, places);
  if (node.type !== "TOMLArray") return;
  for (const [index, element] of node.elements.entries()) {
    places.mark([...path, index], placeOf(element));
    markValue(element, [...path, index], places);
  }
}

function namesOf({ keys }: AST.TOMLKey): string[] {
  return keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
}

function placeOf({ loc: { start } }: AST.TOMLNode) {
  return { line: start.line, column: start.column + 1 };
}
