import type { OperatorApi } from "./app.ts";
import type { LedgerDesk } from "./model/ledger-desk.ts";
import type { Operator } from "./model/operator.ts";
import type { TrustedIssuer } from "./model/trusted-issuer.ts";
import type { MirrorReader } from "./revocation/mirror-reader.ts";

/**
 * The operator API; its code is loaded when it is called for the first time.
 *
 * @param desk makes the ledger's stub for one request
 */
export function createOperatorApi(
  operators: readonly Operator[],
  issuers: ReadonlyMap<string, TrustedIssuer>,
  desk: () => LedgerDesk,
  mirror: MirrorReader,
): OperatorApi {
  return async (request, lifetime) => {
    const { answerOperator } = await import("./operator/operator-api.ts");
    return answerOperator(request, { operators, issuers, desk, mirror: () => mirror.report(lifetime) });
  };
}
