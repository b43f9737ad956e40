// Writes docs/openapi.json from the code, or with --check says whether it is current.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describeApi } from "../../src/operator/describe-api.ts";

const PAGE = "docs/openapi.json";
const biome = ["node_modules/@biomejs/biome/bin/biome", "format", `--stdin-file-path=${PAGE}`];
const page = execFileSync(process.execPath, biome, { input: JSON.stringify(describeApi()), encoding: "utf8" });

if (!process.argv.includes("--check")) {
  writeFileSync(PAGE, page);
} else if (readFileSync(PAGE, "utf8") !== page) {
  console.error(`${PAGE} is not what the code says: run \`npm run docs\`.`);
  process.exit(1);
}
