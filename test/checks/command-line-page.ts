// Writes docs/command-line.md from the commands themselves, or with --check says whether it is current.
import { readFileSync, writeFileSync } from "node:fs";
import { COMMANDS } from "../../src/cli/commands.ts";
import { commandHelp, toolHelp } from "../../src/cli/help.ts";

const PAGE = "docs/command-line.md";

const INTRODUCTION = `# Command line

In a clone of this repository, write \`npm run -s jotgate --\` where it says \`jotgate\` here. Where the package is installed it is
\`npx --no jotgate\`, on Node 20 or newer; never leave \`--no\` out, since the package is in no registry and npx would fetch
whatever somebody else calls so. With \`node_modules/.bin\` on the PATH it is \`jotgate\`.

- **Exit codes** are the same everywhere: 0 done or allowed, 1 refused or denied, 2 wrong usage, 3 it could not be found out.
- **Tokens** are read from standard input or a file, never from arguments: those show in process lists and shell histories.
- **\`--json\`** prints one JSON object with \`"format": 1\`. Members may be added to it, and none change their meaning under this
  number. Failures (exit codes 2 and 3) have \`error\` in it.
- **Colours** appear on terminals only; \`NO_COLOR=1\` turns them off there, too.
- **Completion**: \`jotgate completion bash\`, \`zsh\` or \`fish\`.

Generated from the code by \`npm run docs\`.

\`\`\`
${toolHelp(COMMANDS)}
\`\`\`
`;

const sections = COMMANDS.map((command) => `## jotgate ${command.name}\n\n\`\`\`\n${commandHelp(command)}\n\`\`\`\n`);
const page = [INTRODUCTION, ...sections].join("\n");

if (!process.argv.includes("--check")) {
  writeFileSync(PAGE, page);
} else if (readFileSync(PAGE, "utf8") !== page) {
  console.error(`${PAGE} is not what the code says: run \`npm run docs\`.`);
  process.exit(1);
}
