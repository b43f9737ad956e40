/** ` Did you mean …?` when one of the known words is close to what was written, otherwise nothing. */
export function didYouMean(written: string, known: readonly string[], prefix = ""): string {
  // Longer texts are no misspelt words, and comparing takes time in proportion to their length.
  if (written.length > 40) return "";
  const [nearest] = known
    .map((word) => ({ word, distance: editDistance(written.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)) || isBeginning(written, word))
    .sort((a, b) => a.distance - b.distance);
  return nearest === undefined ? "" : ` Did you mean ${prefix}${nearest.word}?`;
}

function isBeginning(written: string, word: string): boolean {
  return written.length >= 2 && word.startsWith(written);
}

/** Insertions, deletions and replacements of one character, and two neighbours that changed places. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const at = (up: number, left: number) => rows[row - up]?.[column - left] ?? 0;
      const replaced = at(1, 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const least = Math.min(replaced, at(1, 0) + 1, (current[column - 1] ?? 0) + 1);
      current.push(swapped ? Math.min(least, at(2, 2) + 1) : least);
    }
    rows.push(current);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
