// Writes docs/reasons.md from the code, or with --check says whether it is current.
import { readFileSync, writeFileSync } from "node:fs";
import { REASON_TEXTS } from "../../src/cli/reason-texts.ts";
import { type Answer, answerTo } from "../../src/gateway/answer.ts";
import type { GatewayFailure, Reason, Refusal } from "../../src/model/refusal.ts";

const PAGE = "docs/reasons.md";

const INTRODUCTION = `# Reasons

Every request that Jotgate refuses has exactly one of these reasons, in its record and in the tests. The client sees the status, the
RFC 6750 error where there is one, and a request id; the record with the same id has the reason. \`configuration_invalid\` is recorded
once per isolate.

Generated from the code by \`npm run docs\`.

| reason | the client sees | it means | what helps |
| --- | --- | --- | --- |
`;

function writeAnswer({ status, challenge, retryAfter, toHttps }: Answer): string {
  const parts = [String(status)];
  if (challenge !== undefined)
    parts.push(`Bearer challenge${challenge.error ? `, \`${challenge.error}\`` : " without error"}`);
  if (retryAfter !== undefined) parts.push("`Retry-After`");
  if (toHttps) parts.push("`Location`");
  return parts.join(", ");
}

/** A refusal of this reason, with the members that change how it is answered. */
function example(reason: Reason): Refusal | GatewayFailure {
  return { reason, redirect: false, required: [] } as unknown as Refusal | GatewayFailure;
}

const rows = Object.entries(REASON_TEXTS).map(([reason, { meaning, remedy }]) => {
  const answer = writeAnswer(answerTo(example(reason as Reason)));
  const redirected = reason === "https_required" ? ", or 308 with `Location`" : "";
  return `| \`${reason}\` | ${answer}${redirected} | ${meaning} | ${remedy} |`;
});
const page = `${INTRODUCTION}${rows.join("\n")}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(PAGE, page);
} else if (readFileSync(PAGE, "utf8") !== page) {
  console.error(`${PAGE} is not what the code says: run \`npm run docs\`.`);
  process.exit(1);
}
