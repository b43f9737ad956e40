/**
 * A value that others wrote, safe to show: as JSON, with everything escaped that could steer a terminal or reorder a line
 * (control characters, line separators, bidirectional overrides), and cut when it is long.
 */
export function printable(value: unknown, longest = 200): string {
  const text = escapeControls(JSON.stringify(value) ?? "absent");
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The same for text that is shown without quotes: names of tests, paths, messages. */
export function plain(text: string): string {
  return escapeControls(text);
}

function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
