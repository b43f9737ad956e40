import { readFileSync, writeFileSync } from "node:fs";

const PAGE = new URL("../../../docs/revocation.md", import.meta.url);

/**
 * Puts what a script wrote into docs/revocation.md, between the marks that name the script.
 *
 * @param script as the mark has it
 */
export function publish(script: string, text: string): void {
  const begin = `<!-- ${script} --publish writes from here -->`;
  const end = "<!-- to here -->";
  const page = readFileSync(PAGE, "utf8");
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`docs/revocation.md has lost the marks of ${script}.`);
  writeFileSync(PAGE, `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`);
}
