import { RECORD_KINDS } from "../../model/revocation.ts";
import type { Arguments, Option } from "../command.ts";
import { UsageError } from "../failures.ts";

export const KIND_OPTION: Readonly<Record<string, Option>> = {
  kind: { value: "KIND", help: `Of one kind only: ${RECORD_KINDS.join(", ")}.` },
};

/** One of a few words; undefined when the option is not there. @throws UsageError for any other */
export function readChoice<T extends string>(args: Arguments, option: string, choices: readonly T[]): T | undefined {
  const text = args.text(option);
  const choice = choices.find((one) => one === text);
  if (text !== undefined && choice === undefined) throw new UsageError(`--${option} is one of ${choices.join(", ")}.`);
  return choice;
}
