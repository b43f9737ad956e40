import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Code, loadCode } from "./code.ts";
import { type Edit, MUTATIONS } from "./mutations.ts";

/** No mistake: a load takes several pages then, as it does with many thousand records. */
const SHORT_PAGES: Edit = {
  file: "ledger/answer-feed.ts",
  find: "const PAGE_ROWS = 8_192;",
  replace: "const PAGE_ROWS = 4;",
};

/** Works with a copy of the source that is changed as asked for, and removes the copy afterwards. */
export async function withCopy<T>(
  source: string,
  { mutation, shortPages }: { mutation: string | undefined; shortPages: boolean },
  work: (code: Code) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "jotgate-simulation-"));
  try {
    await cp(source, join(directory, "src"), { recursive: true });
    await writeFile(join(directory, "package.json"), '{"type":"module"}');
    for (const edit of [...(shortPages ? [SHORT_PAGES] : []), ...editsOf(mutation)])
      await apply(edit, join(directory, "src"));
    return await work(await loadCode(join(directory, "src")));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function editsOf(name: string | undefined): readonly Edit[] {
  if (name === undefined) return [];
  const mutation = MUTATIONS.find((one) => one.name === name);
  if (mutation === undefined) throw new Error(`No mutation ${name}: ${MUTATIONS.map((one) => one.name).join(", ")}`);
  return mutation.edits;
}

async function apply({ file, find, replace }: Edit, source: string): Promise<void> {
  const path = join(source, file);
  const parts = (await readFile(path, "utf8")).split(find);
  if (parts.length !== 2) throw new Error(`This occurs ${parts.length - 1} times in ${file}, not once: ${find}`);
  await writeFile(path, parts.join(replace));
}
