import type { CaseResult } from "./run-case.ts";
import type { FileResult, RunResult } from "./run-files.ts";

/** The results as JUnit XML, which CI systems show. */
export function toJunit({ files, passed, failed }: RunResult): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="jotgate" tests="${passed + failed}" failures="${failed}">`,
    ...files.map(suite),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite({ file, cases }: FileResult): string {
  const failures = cases.filter(({ differences }) => differences.length > 0).length;
  return [
    `  <testsuite name="${escapeXml(file)}" tests="${cases.length}" failures="${failures}">`,
    ...cases.map((result) => testCase(file, result)),
    "  </testsuite>",
  ].join("\n");
}

function testCase(file: string, { case: { name, location }, differences, milliseconds }: CaseResult): string {
  const time = (milliseconds / 1000).toFixed(3);
  const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(file)}" time="${time}"`;
  if (differences.length === 0) return `${head}/>`;
  const [first = ""] = differences;
  const text = `${file}:${location.line}\n${differences.join("\n")}`;
  return `${head}>\n      <failure message="${escapeXml(first)}">${escapeXml(text)}</failure>\n    </testcase>`;
}

/** XML 1.0 has no control characters but tab and line ends, and no halves of surrogate pairs. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}
