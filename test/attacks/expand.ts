import type { Attack } from "./attack-file.ts";
import { FormatError } from "./format-error.ts";
import { FUNCTIONS, type Surroundings } from "./functions.ts";
import type { Call, Piece } from "./template.ts";

/**
 * The octets that an attack sends.
 *
 * @throws FormatError when a template's values make no sense
 */
export async function expandAttack(attack: Attack, surroundings: Omit<Surroundings, "now">): Promise<string> {
  const scope: Scope = { surroundings: { ...surroundings, now: attack.now }, defined: new Map() };
  for (const { name, value } of attack.definitions) scope.defined.set(name, await expand(value, scope));
  return expand(attack.request, scope);
}

interface Scope {
  readonly surroundings: Surroundings;
  readonly defined: Map<string, string>;
}

async function expand(pieces: readonly Piece[], scope: Scope): Promise<string> {
  const texts = await Promise.all(pieces.map((piece) => (typeof piece === "string" ? piece : call(piece, scope))));
  return texts.join("");
}

async function call({ name, values, named, place: [file, line] }: Call, scope: Scope): Promise<string> {
  const list = await Promise.all(values.map((value) => expand(value, scope)));
  const byName = await Promise.all([...named].map(async ([key, value]) => [key, await expand(value, scope)] as const));
  const known = scope.defined.get(name);
  if (known !== undefined) return known;
  try {
    const implementation = FUNCTIONS.get(name);
    if (implementation === undefined) throw new Error("it is not defined yet");
    return await implementation({ list, named: new Map(byName) }, scope.surroundings);
  } catch (error) {
    throw new FormatError(file, line, `{{${name}}}: ${error instanceof Error ? error.message : error}`);
  }
}
