import type { Settings } from "../../config/settings.ts";
import type { TokenSource } from "../../model/token-source.ts";
import type { LocalDecision } from "../decide/decide-locally.ts";
import type { ObservedLookup } from "../records/local-records.ts";
import type { RequestTarget } from "../request/request-line.ts";
import type { ObservedKeys } from "./local-keys.ts";

/** Everything that was seen of one decision. */
export interface Observation extends LocalDecision {
  readonly request: RequestTarget;
  readonly settings: Settings;
  readonly token: { readonly text: string; readonly source: TokenSource } | undefined;
  readonly keys: ObservedKeys | undefined;
  /** Undefined when no records were given. */
  readonly records: { readonly observed: ObservedLookup | undefined } | undefined;
  /** NumericDate in seconds. */
  readonly now: number;
}
