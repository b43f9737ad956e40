/** What is read of a mutant that Stryker tried. */
export interface TriedMutant {
  readonly fileName: string;
  readonly status: string;
  readonly replacement: string;
  /** Lines and columns count from 1; the end is behind the last character. */
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mutant that no test noticed, named by content: line numbers change with every edit above them. */
export interface Survivor {
  readonly file: string;
  /** The line that it begins in, without indentation. */
  readonly line: string;
  /** What stood there, and what stands there instead: each on one line, and cut when it is long. */
  readonly from: string;
  readonly to: string;
}

/** Names a mutant by what it changes in the source of its file. */
export function nameSurvivor(file: string, source: string, { location, replacement }: TriedMutant): Survivor {
  const lines = source.split("\n");
  const { start, end } = location;
  const touched = lines.slice(start.line - 1, end.line);
  const last = touched.length - 1;
  const parts = touched.map((line, i) =>
    line.slice(i === 0 ? start.column - 1 : 0, i === last ? end.column - 1 : undefined),
  );
  return {
    file,
    line: (lines[start.line - 1] ?? "").trim(),
    from: shorten(parts.join(" ")),
    to: shorten(replacement),
  };
}

/** True when both are the same mutant, or mutants that nothing tells apart. */
export function sameSurvivor(a: Survivor, b: Survivor): boolean {
  return a.file === b.file && a.line === b.line && a.from === b.from && a.to === b.to;
}

const LONGEST = 200;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
