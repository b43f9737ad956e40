import type { Terminal } from "./terminal.ts";

/** What the shell is told: 0 done or allowed, 1 refused or denied, 2 wrong usage, 3 it could not be found out. */
export type ExitCode = 0 | 1 | 2 | 3;

/** One option of a command. Every value that is not a flag is a string, and is checked by the command. */
export interface Option {
  /** What stands for the value in help; an option without one is a flag. */
  readonly value?: string;
  readonly help: string;
  /** May be given more than once. */
  readonly repeated?: true;
  /** The value names a file; shells complete it. */
  readonly file?: true;
}

export interface Operand {
  readonly name: string;
  readonly help: string;
  /** Any number of them, at least one. */
  readonly repeated?: true;
  /** What it may be; any text when left out. */
  readonly choices?: readonly string[];
  readonly optional?: true;
}

export interface Example {
  readonly command: string;
  readonly does: string;
}

/** A command's arguments, checked against what it declares. */
export interface Arguments {
  readonly operands: readonly string[];
  /** True when the option was given, with or without a value. */
  has(option: string): boolean;
  /** The value of an option that is given once. */
  text(option: string): string | undefined;
  /** All values of a repeated option, in order. */
  texts(option: string): readonly string[];
}

/** What commands are given besides their arguments. */
export interface Context {
  readonly terminal: Terminal;
  readonly commands: readonly Command[];
}

/** One command. Help, completion and docs/command-line.md are made from this, so a command is described once. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs for the command's own help. */
  readonly description: string;
  readonly operands: readonly Operand[];
  /** Besides `--json` and `--help`, which every command has. */
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly Example[];
  /** What the exit codes mean here, where that is more than "done". */
  readonly exitCodes: Readonly<Partial<Record<ExitCode, string>>>;
  run(args: Arguments, context: Context): Promise<ExitCode>;
}

/** Options of every command. */
export const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  json: { help: "One JSON object on standard output, for scripts." },
  help: { help: "This help." },
};

export function optionsOf(command: Command): Readonly<Record<string, Option>> {
  return { ...command.options, ...COMMON_OPTIONS };
}
