import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { FileError } from "./file-error.ts";
import { type Place, Places, type ValuePath } from "./places.ts";

/**
 * Parses JSON.
 *
 * @param lenient allow comments and trailing commas, as wrangler does in its configuration
 * @throws FileError with the line of what is wrong
 */
export function parseJson(file: string, text: string, lenient: boolean): { value: unknown; places: Places } {
  const placeAt = placesIn(text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: lenient, disallowComments: !lenient });
  const [error] = errors;
  if (error !== undefined || root === undefined) {
    const what = error === undefined ? "it is empty" : printParseErrorCode(error.error);
    throw new FileError({ file, ...placeAt(error?.offset ?? 0) }, `is no JSON: ${what}.`, "Correct this line.");
  }
  const places = new Places();
  mark(root, [], places, placeAt);
  // Its objects have no prototype; by way of JSON they are as the platform's.
  return { value: JSON.parse(JSON.stringify(getNodeValue(root))), places };
}

function mark(node: Node, path: ValuePath, places: Places, placeAt: (offset: number) => Place): void {
  places.mark(path, placeAt(node.offset));
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.type === "array") mark(child, [...path, index], places, placeAt);
    const [key, value] = child.children ?? [];
    if (node.type === "object" && key !== undefined && value !== undefined) {
      mark(value, [...path, String(key.value)], places, placeAt);
    }
  }
}

function placesIn(text: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
