import type { Location } from "../files/file-error.ts";

/** Something that works and may not be what was meant. */
export interface Warning {
  readonly severity: "warning" | "info";
  /** Stable, for scripts. */
  readonly code: string;
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
  readonly location: Location;
}
