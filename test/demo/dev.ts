import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RUNNING_DEMO } from "../../src/cli/remote/running-demo.ts";
import { startDemo } from "./demo.ts";
import { localSecrets } from "./local-secrets.ts";
import { portFrom, SetupError } from "./ports.ts";
import { untilStopped } from "./until-stopped.ts";
import { walkthrough } from "./walkthrough.ts";

/* `npm run dev`: guard, demo origin, demo issuer and local KV, until Ctrl-C. */

const ROOT = join(import.meta.dirname, "../..");
process.chdir(ROOT);

process.exitCode = await untilStopped(0, async (signal) => {
  const ports = { guard: portFrom("PORT", 8787), issuer: portFrom("ISSUER_PORT", 8788) };
  if (ports.guard === ports.issuer) throw new SetupError("PORT and ISSUER_PORT have to differ.");
  const { generated, ...secrets } = localSecrets();
  for (const name of generated) console.log(`Generated ${name} into .dev.vars.`);
  console.log("Starting guard, origin and issuer …");
  const demo = await startDemo(
    {
      ports,
      secrets,
      // Where wrangler's own commands look as well, so that `wrangler kv key put --local` reaches the same namespace.
      stateFolder: join(ROOT, ".wrangler/state"),
      workFolder: join(ROOT, ".wrangler/demo"),
      onRecord: (line) => console.log(line),
      onError: (line) => console.error(line),
    },
    signal,
  );
  // The command line looks here for a guard, and for an issuer.
  await writeFile(RUNNING_DEMO, JSON.stringify({ guard: demo.guard, issuer: demo.issuer }));
  console.log(walkthrough(demo.guard, demo.issuer));
  try {
    await Promise.race([demo.ended, aborted(signal)]);
    if (!signal.aborted) throw new SetupError("wrangler ended unexpectedly.");
  } finally {
    await rm(RUNNING_DEMO, { force: true });
    await demo.stop();
  }
  console.log("Stopped.");
  return 0;
});

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
