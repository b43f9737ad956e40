import { expect, it } from "vitest";
import { describeConnection } from "../../../src/model/connection-record.ts";
import type { GatewayFailure, Refusal } from "../../../src/model/refusal.ts";
import { bearer, verified } from "../gateway/decisions.ts";

const CIRCUMSTANCES = { connection: "websocket", durationMs: 61_000, requestId: "request-1", rayId: null } as const;

it.each<[Refusal | GatewayFailure, object]>([
  [{ reason: "token_expired" }, { outcome: "deny" }],
  [
    { reason: "token_revoked", by: "session" },
    { outcome: "deny", by: "session" },
  ],
  [
    { reason: "claim_invalid", claim: "exp" },
    { outcome: "deny", claim: "exp" },
  ],
  [{ reason: "revocation_unavailable" }, { outcome: "indeterminate" }],
  [
    { reason: "revocation_record_invalid", by: "issuer" },
    { outcome: "indeterminate", by: "issuer" },
  ],
  [{ reason: "internal_error" }, { outcome: "error" }],
])(
  "a connection that was closed is recorded with what decided and nothing of who was connected: %o",
  async (why, said) => {
    const token = await verified({ sub: "subject-in-token", sid: "session-in-token" });
    expect(describeConnection(bearer(token), why, CIRCUMSTANCES)).toEqual({
      event: "connection_closed",
      reason: why.reason,
      route: "/*",
      issuer: "https://issuer.example",
      keyId: "key-1",
      ...CIRCUMSTANCES,
      ...said,
    });
  },
);
