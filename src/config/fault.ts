import type { PROBLEMS } from "./problems.ts";

/** Keys and indexes from the outermost setting to the one that is wrong. */
export type SettingPath = readonly (string | number)[];

export type ProblemName = keyof typeof PROBLEMS;

/** What the text of a problem has to be told. */
export type DetailsOf<P extends ProblemName> = (typeof PROBLEMS)[P] extends (...details: infer D) => unknown ? D : [];

/** One thing that is wrong, without the words for it: guards whose configuration is right need not have those in memory. */
export interface Fault {
  readonly at: SettingPath;
  readonly problem: ProblemName;
  readonly details: readonly unknown[];
}
