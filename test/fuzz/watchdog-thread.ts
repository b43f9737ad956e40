import { workerData } from "node:worker_threads";
import { writeFinding } from "./finding.ts";

const { memory, folder, patience } = workerData as { memory: SharedArrayBuffer; folder: string; patience: number };
const turns = new Int32Array(memory, 0, 2);
let seen = 0;
let since = performance.now();

setInterval(() => {
  const turn = Atomics.load(turns, 0);
  if (turn !== seen) {
    seen = turn;
    since = performance.now();
  } else if (turn > 0 && performance.now() - since > patience) {
    const bytes = new Uint8Array(memory, 8, Atomics.load(turns, 1)).slice();
    const [target, input] = JSON.parse(new TextDecoder().decode(bytes)) as [string, string];
    const file = writeFinding({ target, input, problem: `No answer within ${patience} ms.` }, folder);
    // The other thread is busy with the input, and would not hear of an exit code.
    process.stderr.write(`${target}: an input takes forever. Replay: npm run fuzz -- --replay ${file}\n`, () =>
      process.kill(process.pid, "SIGKILL"),
    );
  }
}, 500);
