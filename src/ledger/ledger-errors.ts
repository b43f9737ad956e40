import type { Problem } from "../model/problem.ts";

/** The command is wrong as it stands; nothing was written, and asking again is of no use. */
export class CommandRefused extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, problem }) => `${path} ${problem}.`).join(" "));
    this.name = "CommandRefused";
    this.problems = problems;
  }
}

/** Writing was not confirmed. What this object has in its tables may never have been; only a new one can go on. */
export class LedgerLost extends Error {
  constructor(cause: unknown) {
    super("The ledger's storage did not confirm a write.", { cause });
    this.name = "LedgerLost";
  }
}
