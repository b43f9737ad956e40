import type { Specification } from "./demand.ts";
import { HTTP } from "./http.ts";
import { OURS } from "./ours.ts";
import { PROFILES } from "./profiles.ts";
import { RFC6750 } from "./rfc6750.ts";
import { RFC7515 } from "./rfc7515.ts";
import { RFC7517 } from "./rfc7517.ts";
import { RFC7518 } from "./rfc7518.ts";
import { RFC7519 } from "./rfc7519.ts";
import { RFC8725 } from "./rfc8725.ts";
import { RFC9068 } from "./rfc9068.ts";
import { RFC9457 } from "./rfc9457.ts";
import { RFC9700 } from "./rfc9700.ts";

/** Every text whose demands docs/conformance.md goes through, in its order. */
export const SPECIFICATIONS: readonly Specification[] = [
  RFC6750,
  RFC7515,
  RFC7517,
  RFC7518,
  RFC7519,
  RFC8725,
  RFC9068,
  RFC9457,
  RFC9700,
  ...PROFILES,
  ...HTTP,
  OURS,
];
