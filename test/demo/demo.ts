import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type DemoSecrets, hashOf } from "./local-secrets.ts";
import { requireFree, SetupError } from "./ports.ts";
import { WranglerProcess } from "./wrangler-process.ts";

export interface DemoOptions {
  readonly ports: { readonly guard: number; readonly issuer: number };
  readonly secrets: DemoSecrets;
  /** Folder of the local KV namespaces; guard and issuer share it. */
  readonly stateFolder: string;
  /** Folder for what is derived for this run. */
  readonly workFolder: string;
  /** Gets the guard's records, one line of JSON each. */
  readonly onRecord: (line: string) => void;
  /** Gets what went wrong in any of the three. */
  readonly onError: (line: string) => void;
}

/** Guard, origin and issuer, running. */
export interface Demo {
  readonly guard: string;
  readonly issuer: string;
  /** Resolves when one of them ended although nobody asked it to. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** How long building and starting may take on a slow machine. */
const START_DEADLINE_MS = 60_000;

const HERE = import.meta.dirname;
const USUAL_ISSUER = "http://localhost:8788";

/**
 * Starts all three, and returns when they answer. The guard reaches the origin by a service binding, so both are in one
 * process; the issuer is elsewhere, as in real life, and has nothing in common with the guard but state and secret.
 *
 * @param signal stops what was started so far
 */
export async function startDemo(options: DemoOptions, signal: AbortSignal): Promise<Demo> {
  const { ports, stateFolder, workFolder, secrets, onRecord, onError } = options;
  await requireFree(ports.guard, "PORT");
  await requireFree(ports.issuer, "ISSUER_PORT");
  const [guard, issuer] = [`http://localhost:${ports.guard}`, `http://localhost:${ports.issuer}`];
  const guardConfig = await configFor(issuer, secrets.operator, workFolder);

  const start = (port: number, args: readonly string[]) => {
    const common = ["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0", "--persist-to", stateFolder];
    const environment = {
      REVOCATION_KEY: secrets.revocationKey,
      WRANGLER_LOG_PATH: join(workFolder, "logs"),
      WRANGLER_REGISTRY_PATH: join(workFolder, "registry"),
    };
    return new WranglerProcess([...args, ...common], environment, (line, stream) => {
      const record = /^(?:\[demo-guard\] )?(\{"event":"decision".*\})$/.exec(line)?.[1];
      if (record !== undefined) onRecord(record);
      else if (stream === "error") onError(line);
    });
  };
  const processes: WranglerProcess[] = [];
  const stop = async () => {
    await Promise.all(processes.map((process) => process.stop()));
  };
  const startAndWait = async (port: number, path: string, args: readonly string[]) => {
    const process = start(port, args);
    processes.push(process);
    const early = process.ended.then(() => {
      throw new SetupError("wrangler ended before the demo was up.");
    });
    early.catch(() => {});
    await Promise.race([untilAnswering(`http://127.0.0.1:${port}${path}`, signal), early]);
  };

  try {
    // One after the other: two runtimes that create the same databases at the same time find them locked. The first request
    // also makes the issuer generate its key, before two could ask for it at once.
    const ofIssuer = ["--config", join(HERE, "issuer.toml"), "--var", `ISSUER:${issuer}`];
    await startAndWait(ports.issuer, "/jwks.json", ofIssuer);
    const ofGuard = ["--config", guardConfig, "--config", join(HERE, "origin.toml")];
    await startAndWait(ports.guard, "/_jotgate/health", ofGuard);
  } catch (error) {
    await stop();
    throw error;
  }
  const ended = Promise.race(processes.map((process) => process.ended));
  return { guard, issuer, ended, stop };
}

/** The guard's configuration, derived from guard.toml: with the issuer's address and the operator's hash. */
async function configFor(issuer: string, operatorSecret: string, workFolder: string): Promise<string> {
  const text = await readFile(join(HERE, "guard.toml"), "utf8");
  const derived = join(workFolder, "guard.toml");
  await mkdir(workFolder, { recursive: true });
  await writeFile(
    derived,
    text
      .replace(`"${USUAL_ISSUER}"`, JSON.stringify(issuer))
      .replace(/"0{64}"/, JSON.stringify(hashOf(operatorSecret)))
      // Relative to the folder of the file, which is another one now.
      .replace('"../../src/index.ts"', JSON.stringify(join(HERE, "../../src/index.ts"))),
  );
  return derived;
}

async function untilAnswering(url: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    const status = await statusOf(url, signal);
    if (status === 200) return;
    if (status === 503) throw new SetupError("The guard refuses its configuration; its record above says why.");
    await pause(200, undefined, { signal });
  }
  throw new SetupError(`Nothing answered at ${url} within ${START_DEADLINE_MS / 1000} seconds.`);
}

async function statusOf(url: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    return (await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) })).status;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
