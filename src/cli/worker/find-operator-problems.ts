import { variableOf } from "../../config/config-from-vars.ts";
import { issuerSchema } from "../../config/config-schema.ts";
import type { DecodedConfig } from "../../config/decode-config.ts";
import { decodeOperatorSettings } from "../../config/decode-operator-settings.ts";
import type { Environment } from "../../config/environment.ts";
import { explainFaults } from "../../config/explain-faults.ts";
import { FaultList } from "../../config/fault-list.ts";
import { faultsOfKeys } from "../../config/key-faults.ts";
import { createKeyRing, KeyRing } from "../../keys/key-ring.ts";
import { isObject } from "../../model/json-values.ts";
import { issuersOf } from "../../model/operator.ts";
import type { Problem } from "../../model/problem.ts";

/**
 * What the Worker finds when the operator API is called for the first time. Whatever else is wrong with the configuration, this is
 * found as well, as far as it can be told without the rest.
 */
export async function findOperatorProblems(
  config: Readonly<Record<string, unknown>>,
  decoded: DecodedConfig,
  env: Environment,
): Promise<readonly Problem[]> {
  const operators = decodeOperatorSettings(
    decoded.ok ? decoded.settings : piecesOf(config, decoded, env),
    env,
    variableOf,
  );
  if (!("secrets" in operators)) return operators;
  const keys = await createKeyRing(issuersOf(operators));
  return keys instanceof KeyRing
    ? []
    : explainFaults(
        faultsOfKeys(keys, () => ["operatorIssuer"]),
        variableOf,
      );
}

type Pieces = Parameters<typeof decodeOperatorSettings>[0];

/** What of a wrong configuration concerns operators. What does not fit its form was reported with the rest. */
function piecesOf(
  { operatorIssuer, operatorAccess, selfRevocation }: Readonly<Record<string, unknown>>,
  { issuers }: Exclude<DecodedConfig, { readonly ok: true }>,
  env: Environment,
): Pieces {
  const reported = new FaultList();
  return {
    operators: {
      secrets: [],
      operatorIssuer:
        operatorIssuer === undefined ? undefined : reported.decode(issuerSchema, operatorIssuer, ["operatorIssuer"]),
      operatorAccess: isObject(operatorAccess) ? operatorAccess : undefined,
      selfRevocation: selfRevocation === true,
    },
    rules: { issuers },
    ledger: env["LEDGER"],
  };
}
