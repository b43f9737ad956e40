import type { ApiSources } from "./api-sources.ts";
import type { OperatorApi } from "./app.ts";
import { decodeOperatorSettings } from "./config/decode-operator-settings.ts";
import { explainFaults } from "./config/explain-faults.ts";
import { faultsOfKeys } from "./config/key-faults.ts";
import { createKeyRing, KeyRing } from "./keys/key-ring.ts";
import { issuersOf } from "./model/operator.ts";
import type { Problem } from "./model/problem.ts";
import { answerOperator } from "./operator/operator-api.ts";
import { ApiMemory } from "./operator/parts.ts";
import { systemClock } from "./platform/clock.ts";
import { writeDefect } from "./telemetry/write-record.ts";

/** The operator API for operators with secrets alone: they have no settings in which something could be wrong. */
export async function serveSecrets(sources: ApiSources): Promise<OperatorApi> {
  const service = await createOperatorService(sources);
  if (typeof service !== "function") throw new Error("There are settings besides secrets.");
  return service;
}

/** The operator API with its adapters, or everything that is wrong with its settings. */
export async function createOperatorService(sources: ApiSources): Promise<OperatorApi | readonly Problem[]> {
  const { settings, env, nameOf, parts, desk, mirror } = sources;
  const operators = decodeOperatorSettings(settings, env, nameOf);
  if (!("secrets" in operators)) return operators;
  // The first of them is the one with keys of its own, if any has.
  const ring = await createKeyRing(issuersOf(operators));
  if (!(ring instanceof KeyRing))
    return explainFaults(
      faultsOfKeys(ring, () => ["operatorIssuer"]),
      nameOf,
    );
  const ours = new ApiMemory();
  const { rules, memory, keysFor, revocationsFor } = parts;
  return async (request, lifetime, requestId) => {
    const url = new URL(request.url);
    const inBackground = (work: Promise<unknown>) => lifetime.waitUntil(work);
    return answerOperator(request, {
      ...{ url, operators, issuers: rules.issuers, memory, desk, ours, inBackground, clock: systemClock },
      deciding: { rules, identityHeaders: settings.forwarding.identityHeaders },
      keys: keysFor(url, lifetime),
      operatorKeys: ring.forRequest({ hostname: url.hostname, waitUntil: inBackground }),
      revocations: revocationsFor(lifetime),
      mirror: () => mirror?.report(lifetime) ?? {},
      onDefect: (defect) => writeDefect(defect, requestId),
    });
  };
}
