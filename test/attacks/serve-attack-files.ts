import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ID = "virtual:attack-files";
const CORPUS = fileURLToPath(new URL("corpus", import.meta.url));

/**
 * A Vite plugin that gives tests all attack files as one module, which exports their content by path. The tests that need them run
 * where there is no file system, and hundreds of modules take longer to load than to run.
 */
export const attackFiles = {
  name: "attack-files",
  resolveId: (id: string) => (id === ID ? `\0${ID}` : undefined),
  load(id: string) {
    if (id !== `\0${ID}`) return undefined;
    const files = globSync("**/*.txt", { cwd: CORPUS }).sort();
    const contents = files.map((file) => [file.replaceAll("\\", "/"), readFileSync(join(CORPUS, file), "utf8")]);
    return `export default ${JSON.stringify(Object.fromEntries(contents))};`;
  },
};
