import { parseArguments } from "./arguments.ts";
import type { Arguments, Command, Context, ExitCode } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { CannotTell, Denied, Rejected, Unacknowledged, UsageError } from "./failures.ts";
import { FileError } from "./files/file-error.ts";
import { commandHelp, toolHelp } from "./help.ts";
import { didYouMean } from "./suggest.ts";
import type { Terminal } from "./terminal.ts";
import { readVersion } from "./version.ts";

/**
 * Runs one command line.
 *
 * @param args without the program's own name
 * @returns what the shell is told
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  // An option of every command; where there is no command yet, failures are told in the same way.
  const [name, ...rest] = args[0] === "--json" ? [...args.slice(1), "--json"] : args;
  const json = args.includes("--json");
  if (name === undefined || name === "--json") {
    if (json) terminal.printJson(failed(null, "There is no command. See jotgate --help."));
    terminal.warn(toolHelp(COMMANDS));
    return 2;
  }
  if (name === "--help" || name === "-h") {
    terminal.print(toolHelp(COMMANDS));
    return 0;
  }
  if (name === "--version") {
    if (json) terminal.printJson({ format: 1, command: null, version: readVersion() });
    else terminal.print(readVersion());
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const message = unknownCommand(name);
    if (json) terminal.printJson(failed(null, message));
    terminal.warn(`jotgate: ${message}\nSee jotgate --help.`);
    return 2;
  }
  return runCommand(command, rest, { terminal, commands: COMMANDS });
}

async function runCommand(command: Command, args: readonly string[], context: Context): Promise<ExitCode> {
  const { terminal } = context;
  let parsed: Arguments | undefined;
  try {
    parsed = parseArguments(command, args);
    if (parsed.has("help")) {
      terminal.print(commandHelp(command));
      return 0;
    }
    return await command.run(parsed, context);
  } catch (error) {
    const failure = describe(error, command);
    if (failure === undefined) throw error;
    const json = parsed?.has("json") ?? args.includes("--json");
    if (json) terminal.printJson(failed(command.name, failure.message, error));
    terminal.warn(`jotgate ${command.name}: ${failure.message}${failure.hint}`);
    return failure.code;
  }
}

/** What scripts get where there is no result. */
function failed(command: string | null, error: string, cause?: unknown): object {
  return {
    ...{ format: 1, command, error },
    ...(cause instanceof Rejected && { problems: cause.problems }),
    ...(cause instanceof Unacknowledged && { id: cause.id }),
  };
}

function describe(error: unknown, { name }: Command): { code: ExitCode; message: string; hint: string } | undefined {
  if (error instanceof UsageError) return { code: 2, message: error.message, hint: `\nSee jotgate ${name} --help.` };
  if (error instanceof FileError) return { code: 2, message: error.message, hint: "" };
  if (error instanceof Denied) return { code: 1, message: error.message, hint: "" };
  if (error instanceof CannotTell) return { code: 3, message: error.message, hint: "" };
  return undefined;
}

function unknownCommand(name: string): string {
  const names = COMMANDS.map((command) => command.name);
  if (!/^-*[a-z][a-z-]{0,30}$/i.test(name)) return "There is no such command.";
  const what = name.startsWith("-") ? "option" : "command";
  return `There is no ${what} ${name}.${didYouMean(name, what === "command" ? names : ["--help", "--version"])}`;
}
