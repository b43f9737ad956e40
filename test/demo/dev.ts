import { once } from "node:events";
import { join } from "node:path";
import { startDemo } from "./demo.ts";
import { localRevocationKey } from "./local-key.ts";
import { portFrom, SetupError } from "./ports.ts";
import { untilStopped } from "./until-stopped.ts";
import { walkthrough } from "./walkthrough.ts";

/* `npm run dev`: guard, demo origin, demo issuer and local KV, until Ctrl-C. */

const ROOT = join(import.meta.dirname, "../..");
process.chdir(ROOT);

process.exitCode = await untilStopped(0, async (signal) => {
  const ports = { guard: portFrom("PORT", 8787), issuer: portFrom("ISSUER_PORT", 8788) };
  if (ports.guard === ports.issuer) throw new SetupError("PORT and ISSUER_PORT have to differ.");
  const { key, generated } = localRevocationKey();
  console.log(`${generated ? "Generated REVOCATION_KEY into .dev.vars.\n" : ""}Starting guard, origin and issuer …`);
  const demo = await startDemo(
    {
      ports,
      revocationKey: key,
      // Where wrangler's own commands look as well, so that `wrangler kv key put --local` reaches the same namespace.
      stateFolder: join(ROOT, ".wrangler/state"),
      workFolder: join(ROOT, ".wrangler/demo"),
      onRecord: (line) => console.log(line),
      onError: (line) => console.error(line),
    },
    signal,
  );
  console.log(walkthrough(demo.guard, demo.issuer));
  try {
    await Promise.race([demo.ended, aborted(signal)]);
    if (!signal.aborted) throw new SetupError("wrangler ended unexpectedly.");
  } finally {
    await demo.stop();
  }
  console.log("Stopped.");
  return 0;
});

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
