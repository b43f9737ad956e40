import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemo } from "./demo.ts";
import { generateSecrets } from "./local-secrets.ts";
import { freePorts } from "./ports.ts";
import { tellStory } from "./steps.ts";
import { untilStopped } from "./until-stopped.ts";
import { Visitor } from "./visitor.ts";

/** What shells take for "ended by Ctrl-C". */
const INTERRUPTED = 130;

/* `npm run demo`: starts everything anew, plays the story of a token, and ends with 0 only if every answer was right. */

process.exitCode = await untilStopped(INTERRUPTED, async (signal) => {
  const folder = await mkdtemp(join(tmpdir(), "jotgate-demo-"));
  try {
    return (await play(folder, signal)) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

async function play(folder: string, signal: AbortSignal): Promise<boolean> {
  console.log("Starting guard, origin and issuer …");
  const records: string[] = [];
  const secrets = generateSecrets();
  const demo = await startDemo(
    {
      ports: await freePorts(),
      secrets,
      stateFolder: join(folder, "state"),
      workFolder: join(folder, "work"),
      onRecord: (line) => records.push(line),
      onError: (line) => console.error(line),
    },
    signal,
  );
  try {
    return await tellStory(new Visitor(demo, secrets.operator, records, signal));
  } finally {
    await demo.stop();
  }
}
