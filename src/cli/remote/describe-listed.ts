import { printable } from "../../explain/printable.ts";
import { writeTime } from "../../explain/write-time.ts";
import type { Listed } from "./answers.ts";
import { describeRecord } from "./print-acknowledgement.ts";

/** Where a record stands, if not simply live, and what it says: a line for each thing. */
export function describeListed({ record, state, invalid, pending, lift }: Listed): readonly string[] {
  const isLifted = state === "lifted";
  return [
    ...(isLifted ? [describeLift(lift)] : []),
    ...(invalid ? [UNREADABLE] : []),
    ...describeRecord(record, !isLifted && !invalid),
    ...(pending ? ["not yet copied to KV"] : []),
  ];
}

/** Who took it away, when and why, as far as that is known. */
function describeLift({ by, why, at }: NonNullable<Listed["lift"]> = {}): string {
  return [
    "lifted",
    at !== undefined && writeTime(at),
    by !== undefined && `by ${printable(by)}`,
    why !== undefined && `because ${printable(why)}`,
  ]
    .filter((part) => part !== false)
    .join(" ");
}

/** Such a record has no end and no effect of its own: what it says is what it said before. */
export const UNREADABLE = "KV has something under this name that nobody can read: whoever it concerns gets 503";
