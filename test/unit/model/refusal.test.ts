import { expect, it } from "vitest";
import { isIndeterminate, type Refusal } from "../../../src/model/refusal.ts";

it.each([
  [{ reason: "keys_unavailable" }, true],
  [{ reason: "revocation_unavailable" }, true],
  [{ reason: "revocation_record_invalid" }, true],
  [{ reason: "key_not_found" }, false],
  [{ reason: "token_revoked", by: "token" }, false],
  [{ reason: "token_missing" }, false],
  [{ reason: "signature_invalid" }, false],
] as [Refusal, boolean][])("%j leaves open whether the token is good: %s", (refusal, open) => {
  expect(isIndeterminate(refusal)).toBe(open);
});
