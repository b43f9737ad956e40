import type * as v from "valibot";
import type { guardSchema } from "./config-schema.ts";
import { NEEDS_LEDGER } from "./environment.ts";
import type { ProblemList } from "./problem-list.ts";
import type { LedgerSettings } from "./settings.ts";

type CompleteGuard = Pick<v.InferOutput<typeof guardSchema>, keyof LedgerSettings>;

/** Completes what the guard and its ledger agree on; undefined, with a problem for each setting, when there is no ledger. */
export function decodeLedger(guard: CompleteGuard, isBound: boolean, list: ProblemList): LedgerSettings | undefined {
  const { stalenessBound, scanInterval, auditRetention } = guard;
  if (isBound) {
    return {
      stalenessBound: stalenessBound ?? 5,
      scanInterval: scanInterval ?? 15,
      auditRetention: auditRetention ?? 90,
    };
  }
  for (const [setting, value] of Object.entries({ stalenessBound, scanInterval, auditRetention })) {
    if (value !== undefined) list.add([setting], NEEDS_LEDGER.problem, NEEDS_LEDGER.remedy);
  }
  return undefined;
}
