/** A promise that the code broke for an input. */
export class Broken extends Error {}

/** Says what has to hold. @throws Broken with `otherwise` when it does not */
export function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Broken(otherwise);
}
