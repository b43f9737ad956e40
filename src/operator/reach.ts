import { LATE, withDeadline } from "../platform/with-deadline.ts";

/** Milliseconds that the ledger has for an answer. */
const LEDGER_DEADLINE = 10_000;

/** The ledger did not answer, or is not ready yet. Whether a command was carried out is unknown: its id makes asking again safe. */
export class LedgerUnreachable extends Error {}

/** Waits for the ledger, but not forever. @throws LedgerUnreachable */
export async function reach<T>(asked: Promise<T>): Promise<T> {
  try {
    const answered = await withDeadline(asked, LEDGER_DEADLINE);
    if (answered !== LATE) return answered;
  } catch (cause) {
    throw new LedgerUnreachable("The ledger rejected.", { cause });
  }
  throw new LedgerUnreachable("The ledger did not answer in time.");
}
