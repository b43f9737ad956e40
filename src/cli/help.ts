import { type Command, type ExitCode, type Operand, optionsOf } from "./command.ts";

/** Commands whose first example stands in the help of the tool. */
const HIGHLIGHTS = ["check", "explain", "test", "revoke"];

/** Help of the whole tool. */
export function toolHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "Usage: jotgate COMMAND [OPTIONS]",
    "",
    "Operates a Jotgate guard: revokes tokens, explains decisions, checks and tests configurations.",
    "",
    "Commands:",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "Options:",
    "  -h, --help  This help; after a command, the command's own.",
    "  --version   The version of this tool.",
    "",
    "Examples:",
    ...HIGHLIGHTS.flatMap((name) => commands.find((command) => command.name === name)?.examples.slice(0, 1) ?? []).map(
      ({ command }) => `  ${command}`,
    ),
    "",
    "Exit codes: 0 done or allowed, 1 refused or denied, 2 wrong usage, 3 it could not be found out.",
    "Tokens are read from standard input or a file, never from arguments.",
  ].join("\n");
}

/** Help of one command. */
export function commandHelp(command: Command): string {
  const { operands, description, examples, exitCodes } = command;
  const options = Object.entries(optionsOf(command)).map(
    ([name, { value, help }]) => [`--${name}${value === undefined ? "" : ` ${value}`}`, help] as const,
  );
  const width = Math.max(...options.map(([option]) => option.length), ...operands.map(({ name }) => name.length));
  const row = ([left, right]: readonly [string, string]) => `  ${left.padEnd(width)}  ${right}`;
  return [
    usageOf(command),
    "",
    description,
    ...section(
      "Arguments:",
      operands.map(({ name, help }) => row([name, help])),
    ),
    ...section("Options:", options.map(row)),
    ...section(
      "Examples:",
      examples.flatMap(({ command: line, does }) => [`  ${line}`, `      ${does}`]),
    ),
    ...section("Exit codes:", codesOf(exitCodes)),
  ].join("\n");
}

export function usageOf({ name, operands }: Command): string {
  return ["Usage: jotgate", name, ...operands.map(writeOperand), "[OPTIONS]"].join(" ");
}

function writeOperand({ name, repeated, optional }: Operand): string {
  const written = repeated ? `${name}…` : name;
  return optional ? `[${written}]` : written;
}

function codesOf(exitCodes: Command["exitCodes"]): string[] {
  return ([0, 1, 2, 3] as const satisfies readonly ExitCode[]).flatMap((code) =>
    exitCodes[code] === undefined ? [] : [`  ${code}  ${exitCodes[code]}`],
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}
