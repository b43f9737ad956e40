import type { guardSchema } from "./config-schema.ts";
import type { FaultList } from "./fault-list.ts";
import type { OutputOf } from "./form.ts";
import type { LedgerSettings } from "./settings.ts";

type CompleteGuard = Pick<OutputOf<typeof guardSchema>, keyof LedgerSettings>;

/** Completes what the guard and its ledger agree on; undefined, with a problem for each setting, when there is no ledger. */
export function decodeLedger(guard: CompleteGuard, isBound: boolean, list: FaultList): LedgerSettings | undefined {
  const { stalenessBound, scanInterval, auditRetention } = guard;
  if (isBound) {
    return {
      stalenessBound: stalenessBound ?? 5,
      scanInterval: scanInterval ?? 15,
      auditRetention: auditRetention ?? 90,
    };
  }
  for (const [setting, value] of Object.entries({ stalenessBound, scanInterval, auditRetention })) {
    if (value !== undefined) list.add([setting], "needsLedger");
  }
  return undefined;
}
