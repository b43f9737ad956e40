// Writes docs/command-line.md from the commands themselves, or with --check says whether it is current.
import { readFileSync, writeFileSync } from "node:fs";
import { COMMANDS } from "../../src/cli/commands.ts";
import { commandHelp, toolHelp } from "../../src/cli/help.ts";

const PAGE = "docs/command-line.md";

const INTRODUCTION = `# Command line

In a clone of this repository, write \`npm run -s jotgate --\` where it says \`jotgate\` here. Where the package is installed it is
\`npx --no jotgate\`, on Node 20 or newer; never leave \`--no\` out, since the package is in no registry and npx would fetch
whatever somebody else calls so. With \`node_modules/.bin\` on the PATH it is \`jotgate\`.

- **Exit codes** are the same everywhere: 0 done or allowed, 1 refused or denied, 2 wrong usage, 3 it could not be found out. Each command's
  help says what they mean there. Ctrl-C ends with 130.
- **Tokens** are read from standard input or a file, never from arguments: those show in process lists and shell histories.
- **\`--json\`** prints one JSON object with \`"format": 1\` and \`command\` on standard output, whatever the exit code. Where there is no result it
  has \`error\`, a text for people that stands on standard error as well, and \`problems\` where a guard found several; \`command\` is null
  where there is no such command. After a command that nobody knows to have been carried out it has \`id\`, to ask again with. Members may be
  added, and none change their meaning under this number. \`--help\` prints text all the same: it is for people.
- **Colours** appear on terminals only; \`NO_COLOR=1\` turns them off there, too.
- **Completion**: \`jotgate completion bash\`, \`zsh\` or \`fish\`.

## Who you are

Commands that speak to a guard show one of these, the first that there is:

1. \`--secret-file FILE\`, or else \`JOTGATE_SECRET\`: an operator's secret, or a token of \`OPERATOR_ISSUER\`.
2. What Cloudflare Access says of you, where it stands in front of the guard and nothing else was given.

For Access itself there are \`--access-file FILE\`, or else environment variables:

| | in the file | variable |
| --- | --- | --- |
| a person | what \`cloudflared access token --app URL\` prints | \`JOTGATE_ACCESS_TOKEN\` |
| a program | the lines \`CF-Access-Client-Id: …\` and \`CF-Access-Client-Secret: …\`, as Cloudflare shows them for a service token | \`JOTGATE_ACCESS_CLIENT_ID\` and \`JOTGATE_ACCESS_CLIENT_SECRET\` |

They are sent beside a secret, so a guard behind Access whose operators have secrets gets both. A service token only opens the way: it has no
address, so it needs a secret beside it. A guard that is merely found in the folder gets nothing of the environment.

## A hundred thousand records

While \`npm run dev\` runs:

\`\`\`sh
seq 100000 | sed 's|.*|{"do":"revoke","issuer":"http://localhost:8788","tokenId":"t-&"}|' > many.jsonl
time npm run -s jotgate -- import many.jsonl --dry-run
time npm run -s jotgate -- import many.jsonl
time npm run -s jotgate -- export --kind token --output records.jsonl
wc -l records.jsonl
\`\`\`

## Commands

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
