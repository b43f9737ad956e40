import { configFromVars, variableOf } from "../../config/config-from-vars.ts";
import { decodeConfig } from "../../config/decode-config.ts";
import { explainFaults } from "../../config/explain-faults.ts";
import { faultsOfKeys } from "../../config/key-faults.ts";
import type { Settings } from "../../config/settings.ts";
import { plain } from "../../explain/printable.ts";
import { createKeyRing, KeyRing } from "../../keys/key-ring.ts";
import type { Problem } from "../../model/problem.ts";
import { CannotTell } from "../failures.ts";
import type { Location } from "../files/file-error.ts";
import { findOperatorProblems } from "./find-operator-problems.ts";
import { LocalSecrets } from "./local-secrets.ts";
import { type SimulatedEnvironment, simulateEnvironment } from "./simulate-environment.ts";
import { WorkerConfig } from "./worker-config.ts";

export interface PlacedProblem extends Problem {
  readonly location: Location;
}

/** A guard's configuration, decoded by the Worker's own code. */
export interface LoadedGuard {
  readonly worker: WorkerConfig;
  readonly local: LocalSecrets;
  readonly simulated: SimulatedEnvironment;
  /** Undefined when the guard cannot work with them. Mistakes in the settings of operators leave the guard itself alone. */
  readonly settings: Settings | undefined;
  readonly problems: readonly PlacedProblem[];
}

/** A guard whose configuration is right. */
export interface ReadyGuard extends LoadedGuard {
  readonly settings: Settings;
}

/** Reads and decodes a configuration with everything that the Worker would find wrong with it. */
export async function loadGuard(file: string | undefined, environment: string | undefined): Promise<LoadedGuard> {
  const worker = WorkerConfig.read(file, environment);
  const local = LocalSecrets.read(worker.file, environment);
  const simulated = simulateEnvironment(worker, local);
  const { env } = simulated;
  const config = configFromVars(env);
  const decoded = decodeConfig(config, env, variableOf);
  const issuers = decoded.ok ? decoded.settings.rules.issuers : decoded.issuers;
  const keys = await createKeyRing(issuers.values());
  const keyFaults = keys instanceof KeyRing ? [] : faultsOfKeys(keys, ({ issuer }) => ["issuers", issuer]);
  const found = [...(decoded.ok ? [] : decoded.problems), ...explainFaults(keyFaults, variableOf)];
  const settings = decoded.ok && found.length === 0 ? decoded.settings : undefined;
  found.push(...(await findOperatorProblems(config, decoded, env)));
  const problems = found.map((problem) => ({ ...problem, location: locate(problem.path, worker, local) }));
  return { worker, local, simulated, problems, settings };
}

/** As `loadGuard`, for commands that need a configuration that is right: with a wrong one the guard answers 503 to all. */
export async function loadReadyGuard(file: string | undefined, environment: string | undefined): Promise<ReadyGuard> {
  const guard = await loadGuard(file, environment);
  const { settings, problems } = guard;
  if (settings !== undefined) return { ...guard, settings };
  const lines = problems.map(
    ({ path, problem, remedy, location: at }) => `  ${at.file}:${at.line}  ${plain(`${path} ${problem}. ${remedy}`)}`,
  );
  throw new CannotTell(`the configuration is wrong, so the guard answers 503 to everything.\n${lines.join("\n")}`);
}

function locate(path: string, worker: WorkerConfig, local: LocalSecrets): Location {
  return local.locate(path) ?? worker.locateVariable(path);
}
