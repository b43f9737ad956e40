import { parseArgs } from "node:util";
import { type Arguments, type Command, type Option, optionsOf } from "./command.ts";
import { UsageError } from "./failures.ts";
import { didYouMean } from "./suggest.ts";

/**
 * Reads a command's arguments. Values are never repeated in messages: somebody might have put a secret there.
 *
 * @throws UsageError that says what to do
 */
export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const declared = optionsOf(command);
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(
        Object.entries(declared).map(([name, { value }]) => [name, { type: value ? "string" : "boolean" }] as const),
      ),
      help: { type: "boolean", short: "h" },
    },
  });
  const operands: string[] = [];
  const options = new Map<string, (string | true)[]>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(declared, token.name) ? declared[token.name] : undefined;
    if (option === undefined) throw unknownOption(token.name, token.rawName, Object.keys(declared));
    const values = options.get(token.name) ?? [];
    if (values.length > 0 && !option.repeated && option.value) throw new UsageError(`Give --${token.name} once.`);
    options.set(token.name, [...values, readValue(token.name, option, token.value, token.inlineValue === true)]);
  }
  const parsed = new ParsedArguments(operands, options);
  if (!parsed.has("help")) checkOperands(command, operands);
  return parsed;
}

class ParsedArguments implements Arguments {
  readonly operands: readonly string[];
  readonly #options: ReadonlyMap<string, readonly (string | true)[]>;

  constructor(operands: readonly string[], options: ReadonlyMap<string, readonly (string | true)[]>) {
    this.operands = operands;
    this.#options = options;
  }

  has(option: string): boolean {
    return this.#options.has(option);
  }

  text(option: string): string | undefined {
    return this.texts(option)[0];
  }

  texts(option: string): readonly string[] {
    return (this.#options.get(option) ?? []).filter((value) => typeof value === "string");
  }
}

function readValue(name: string, option: Option, value: string | undefined, inline: boolean): string | true {
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
    return true;
  }
  if (value === undefined || value === "" || (!inline && value.startsWith("-"))) {
    const hint = value?.startsWith("-") ? ` (--${name}=… for one that begins with a hyphen)` : "";
    throw new UsageError(`Give --${name} a value: --${name} ${option.value}${hint}.`);
  }
  return value;
}

function unknownOption(name: string, rawName: string, known: readonly string[]): UsageError {
  const shown = /^[a-z][a-z-]{0,30}$/i.test(name) ? `There is no option ${rawName}` : "There is no such option";
  return new UsageError(`${shown}.${didYouMean(name, known, "--")}`);
}

function checkOperands({ operands }: Command, given: readonly string[]): void {
  const [operand] = operands;
  if (operand === undefined) {
    if (given.length > 0) throw new UsageError("This command takes options only; there is an argument too many.");
    return;
  }
  if (given.length === 0 && !operand.optional) throw new UsageError(`Give ${operand.name}: ${operand.help}`);
  if (given.length > 1 && !operand.repeated)
    throw new UsageError(`Give one ${operand.name} only, and the rest as options.`);
  const wrong = operand.choices && given.find((value) => !operand.choices?.includes(value));
  if (wrong !== undefined) {
    const hint = didYouMean(wrong, operand.choices ?? []);
    throw new UsageError(`${operand.name} is one of ${operand.choices?.join(", ")}.${hint}`);
  }
}
