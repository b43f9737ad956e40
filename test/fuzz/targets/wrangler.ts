import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../../src/cli/failures.ts";
import { FileError } from "../../../src/cli/files/file-error.ts";
import { type LoadedGuard, loadGuard } from "../../../src/cli/worker/load-guard.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { outcomeOf, SETTINGS } from "./configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "jotgate-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const BINDINGS = `[[kv_namespaces]]\nbinding = "REVOCATIONS"\n[[services]]\nbinding = "ORIGIN"\nservice = "o"\n`;

/** The text of a `wrangler.toml`. */
export const wrangler: Target = {
  name: "wrangler",
  about: "texts of wrangler.toml through the command line's reader, and the same as JSON",
  seeds: [
    `${BINDINGS}[[vars.ISSUERS]]\nissuer = "https://a.example"\naudiences = ["b"]\nalgorithms = ["ES256"]\ndiscovery = true\n[[vars.ROUTES]]\npath = "/*"\naccess = "bearer"\n`,
    `${BINDINGS}[vars]\nREALM = 'r'\nISSUERS = []\nROUTES = [{ path = "/", access = "public", methods = ["GET"] }]\n[vars.IDENTITY_HEADERS]\nsubject = "X-User" # who\n`,
    `[vars]\nORIGIN = "https://o.example"\nSTALENESS_BOUND = 2.5\nSELF_REVOCATION = true\nx = 1979-05-27T07:32:00Z\n[[durable_objects.bindings]]\nname = "LEDGER"\n`,
    '[env.a.vars]\nORIGIN = """\nx\\u00e9"""\na.b.c = 0x1F\n',
    "vars = 5",
  ],
  words: [
    ...SETTINGS.map((setting) => setting.replace(/^[a-z]+$/i, (word) => word.toUpperCase())),
    ...[
      "[vars]\n",
      "[[vars.ROUTES]]\n",
      "[[vars.ISSUERS]]\n",
      "[[kv_namespaces]]\n",
      " = ",
      "{ a = 1 }",
      "'''",
      '"""',
      "# x\n",
    ],
    ...[
      "inf",
      "-nan",
      "0o7",
      "1_000",
      "__proto__",
      "constructor",
      "1979-05-27",
      "\\u0000",
      "\\U0010ffff",
      "true",
      "[1,]",
    ],
  ],
  work: { base: 10_000, perCharacter: 100 },

  async run(input) {
    const asToml = await load("wrangler.toml", input);
    if (asToml === undefined) return "unreadable";
    for (const { path, problem, remedy, location } of asToml.problems) {
      demand(
        [path, problem, remedy].every((text) => text !== ""),
        "A problem says nothing.",
      );
      const lines = input.split("\n").length;
      demand(
        location.line >= 1 && location.line <= lines && location.column >= 1,
        "A problem stands outside of the file.",
      );
    }
    const asJson = await load("wrangler.json", JSON.stringify(asToml.worker.document.value));
    demand(asJson !== undefined, "What was read as TOML is refused as JSON.");
    demand(written(asJson) === written(asToml), "As JSON it has other problems.");
    demand((asToml.settings === undefined) === asToml.problems.length > 0, "It is right and wrong at once.");
    return asToml.problems.length === 0 ? "right" : outcomeOf(asToml.problems[0]);
  },
};

async function load(name: string, text: string): Promise<LoadedGuard | undefined> {
  const file = join(folder, name);
  writeFileSync(file, text);
  try {
    return await loadGuard(file, undefined);
  } catch (error) {
    demand(error instanceof FileError || error instanceof UsageError, `It fails without a place: ${error}`);
    const [, line = "1", column = "1"] = /\.(?:toml|json):(-?\d+):(-?\d+): /.exec((error as Error).message) ?? [];
    const lines = text.split("\n").length;
    demand(Number(line) >= 1 && Number(line) <= lines && Number(column) >= 1, `It fails outside of the file: ${error}`);
    return undefined;
  }
}

function written({ problems }: LoadedGuard): string {
  return JSON.stringify(problems.map(({ path, problem, remedy }) => [path, problem, remedy]).sort());
}
