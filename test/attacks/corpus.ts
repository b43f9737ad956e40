/// <reference path="./attack-files.d.ts" />
import contents from "virtual:attack-files";
import { type Attack, parseAttack } from "./attack-file.ts";

/** Every attack of the corpus, in the order of their files. A file that is not written as README.md says stops the run. */
export const CORPUS: readonly Attack[] = Object.entries(contents).map(([path, content]) => parseAttack(path, content));
