import type { ApiSources } from "./api-sources.ts";
import type { OperatorApi } from "./app.ts";
import type { Problem } from "./model/problem.ts";

/**
 * The operator API. Its code is loaded when it is called for the first time, or before when there are settings of its own to look
 * at.
 *
 * @returns undefined when nobody may use it, and what is wrong with its settings when something is
 */
export async function createOperatorApi(sources: ApiSources): Promise<OperatorApi | readonly Problem[] | undefined> {
  const { secrets, operatorIssuer, operatorAccess, selfRevocation } = sources.settings.operators;
  const service = () => import("./operator-service.ts");
  if (operatorIssuer || operatorAccess || selfRevocation) return (await service()).createOperatorService(sources);
  if (secrets.length === 0) return undefined;
  let api: OperatorApi | undefined;
  return async (...asked) => {
    api ??= await (await service()).serveSecrets(sources);
    return api(...asked);
  };
}
