import type { AccessRules } from "../model/access-rules.ts";
import type { AssertionSettings, ForwardingRules } from "../model/forwarding.ts";
import type { Operator } from "../model/operator.ts";
import type { guardSchema } from "./config-schema.ts";
import type { OutputOf } from "./form.ts";

/** The complete configuration: every default filled in, every contradiction ruled out. */
export interface Settings {
  readonly rules: AccessRules;
  readonly forwarding: ForwardingRules;
  readonly realm: string;
  /** False when only decisions that did not reach the origin are logged. */
  readonly logsAllowed: boolean;
  readonly revocationKey: string;
  /** Undefined when revocation state is read from KV alone. */
  readonly ledger: LedgerSettings | undefined;
  readonly operators: OperatorConfig;
  /** Undefined when the origin gets no signed assertions. */
  readonly assertion: (AssertionSettings & { readonly key: string }) | undefined;
}

/** Who may use the operator API; `decodeOperatorSettings` has to have looked at all but the secrets. */
export interface OperatorConfig
  extends Pick<OutputOf<typeof guardSchema>, "operatorIssuer" | "operatorAccess" | "selfRevocation"> {
  readonly secrets: readonly Operator[];
}

export interface LedgerSettings {
  /** B: seconds that a mirror may be old when it is relied on. */
  readonly stalenessBound: number;
  /** Seconds between two scans of KV for records of other writers. */
  readonly scanInterval: number;
  /** Days for which the history is kept. */
  readonly auditRetention: number;
}
