// Says whether docs/configuration.md names every setting that the schema has.
import { readFileSync } from "node:fs";
import { variableOf } from "../../src/config/config-from-vars.ts";
import {
  guardSchema,
  identityHeadersSchema,
  issuerSchema,
  operatorSchema,
  routeSchema,
} from "../../src/config/config-schema.ts";
import { operatorAccessSchema } from "../../src/config/decode-operator-settings.ts";

const PAGE = "docs/configuration.md";
const page = readFileSync(PAGE, "utf8");

function settingsOf(schema: { readonly entries: object }): string[] {
  return Object.keys(schema.entries);
}

const names = [
  ...[...settingsOf(guardSchema), "issuers", "routes"].map((name) => `\`${variableOf(name)}\``),
  ...[
    ...settingsOf(issuerSchema),
    ...settingsOf(routeSchema),
    ...settingsOf(operatorSchema),
    ...settingsOf(operatorAccessSchema),
  ].map((name) => `\`${name}\``),
  ...settingsOf(identityHeadersSchema).map((name) => `\`IDENTITY_HEADERS.${name}\``),
];
const missing = [...new Set(names)].filter((name) => !page.includes(`| ${name} |`));
if (missing.length > 0) {
  console.error(`${PAGE} has no row for ${missing.join(", ")}.`);
  process.exit(1);
}
