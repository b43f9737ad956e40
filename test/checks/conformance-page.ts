// Writes docs/conformance.md from test/conformance, or with --check says whether it is current. That the tests which it names
// exist is checked by cited-tests.ts.
import { readFileSync, writeFileSync } from "node:fs";
import type { Citation, Demand, Specification } from "../conformance/demand.ts";
import { SPECIFICATIONS } from "../conformance/specifications.ts";

const PAGE = "docs/conformance.md";

const INTRODUCTION = `# Conformance

What the texts that bind a resource server, a verifier of JWTs or a gateway demand, in our own words, and what shows that Jotgate does it.
Generated from \`test/conformance/\` by \`npm run docs\`. \`npm run check\` fails when the page is not current or names a test that does not
exist or is skipped, and \`npm test\` runs them all.

- **met**: the tests named show it. A name with … stands for all rows of its table. What a text demands may need many tests; the most telling
  are named.
- **by construction**: the source that is named meets it, and no test can show that it does.
- **not applicable**: the demand is about something that the guard does not have, with the reason.
- **different**: the guard does something else on purpose, with the reason. Often the default is more lenient than the text and a setting
  gives the text's behaviour, or the other way round.
- **not met**: the guard should and does not.

Levels are those of RFC 2119; RECOMMENDED is SHOULD. \`OURS\` is what no text demands in these words and we hold ourselves to. Demands on
issuers, clients and authors of other texts are left out; each section says which.
`;

const STATES = ["met", "by construction", "not applicable", "different", "not met"] as const;

function stateOf({ remark }: Demand): (typeof STATES)[number] {
  return remark === undefined || remark.kind === "note" ? "met" : remark.kind;
}

function writeCounts(specifications: readonly Specification[]): string {
  const rows = specifications.map(({ title, demands }) => [`[${title}](#${anchorOf(title)})`, ...count(demands)]);
  const all = ["all", ...count(specifications.flatMap(({ demands }) => demands))];
  return writeTable(["text", "demands", ...STATES], [...rows, all]);
}

function count(demands: readonly Demand[]): readonly string[] {
  const ofState = (state: string) => demands.filter((demand) => stateOf(demand) === state).length;
  return [demands.length, ...STATES.map(ofState)].map(String);
}

function writeSpecification({ title, url, about, demands }: Specification): string {
  const rows = demands.map((demand) => [demand.section, demand.level, demand.says, writeEvidence(demand)]);
  const source = url === undefined ? "" : `<${url}>. `;
  return `## ${title}\n\n${source}${about}\n\n${writeTable(["§", "level", "demand", "evidence"], rows)}`;
}

function writeEvidence({ remark, shownBy }: Demand): string {
  const remarks =
    remark === undefined ? [] : [`${remark.kind === "note" ? "" : `**${remark.kind}**: `}${remark.because}`];
  return [...remarks, ...shownBy.map(writeLink)].join("<br>");
}

function writeLink({ file, name }: Citation): string {
  return `[${name.replace(/[\\[\]|<>*_`]/g, "\\$&")}](../${file})`;
}

function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** As GitHub makes them. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}

const page = [INTRODUCTION, writeCounts(SPECIFICATIONS), ...SPECIFICATIONS.map(writeSpecification)].join("\n");

if (!process.argv.includes("--check")) {
  writeFileSync(PAGE, page);
} else if (readFileSync(PAGE, "utf8") !== page) {
  console.error(`${PAGE} is not what test/conformance says: run \`npm run docs\`.`);
  process.exit(1);
}
