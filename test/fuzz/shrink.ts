/**
 * Takes away from a text as much as can go while something stays as it is.
 *
 * @param stays tells whether what is left still does it
 * @param attempts how often that may be asked
 */
export async function shrink(
  text: string,
  stays: (shorter: string) => Promise<boolean>,
  attempts: number,
): Promise<string> {
  let shortest = text;
  let left = attempts;
  for (let size = Math.ceil(text.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < shortest.length && left > 0; left--) {
      const shorter = shortest.slice(0, at) + shortest.slice(at + size);
      if (await stays(shorter)) shortest = shorter;
      else at += size;
    }
  }
  return shortest;
}
