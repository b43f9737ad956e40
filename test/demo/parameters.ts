/** A request for something that cannot be had; the message is the answer. */
export class BadRequest extends Error {}

/** In bytes. The guard accepts 512; a KV key has as many, and one of ours holds a subject and a prefix. */
const LONGEST_TEXT = 500;

/** An identifier that has to be there. */
export function readText(asked: URLSearchParams, name: string): string {
  const value = asked.get(name) ?? "";
  if (value === "") throw new BadRequest(`Say which: ${name}=…`);
  if (new TextEncoder().encode(value).length > LONGEST_TEXT) {
    throw new BadRequest(`${name} is longer than ${LONGEST_TEXT} bytes.`);
  }
  return value;
}

/** A whole number within bounds; `otherwise` stands for a parameter that was left out. */
export function readInteger(
  asked: URLSearchParams,
  name: string,
  least: number,
  most: number,
  otherwise?: number,
): number {
  const value = asked.get(name);
  if (value === null && otherwise !== undefined) return otherwise;
  const number = value !== null && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new BadRequest(`${name} has to be a whole number from ${least} to ${most}.`);
}

/** Refuses misspelt and repeated parameters, which would otherwise go unnoticed. */
export function refuseOthers(asked: URLSearchParams, known: readonly string[]): void {
  for (const name of new Set(asked.keys())) {
    if (!known.includes(name)) throw new BadRequest(`There is no parameter ${name}. Known: ${known.join(", ")}.`);
    if (asked.getAll(name).length > 1) throw new BadRequest(`${name} is there more than once.`);
  }
}
