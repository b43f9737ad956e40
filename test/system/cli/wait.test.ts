import { createServer, type Server } from "node:http";
import { afterEach, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { jotgate } from "./command-line.ts";

/* `--wait` with a guard whose mirror is not where the ledger is. */

let server: Server;

afterEach(() => closeServer(server));

/** Lifts a record at a guard that acknowledges change 7 of ledger L and reports these mirrors, the last one for good. Counts reports. */
async function reportsUntilEnforced(...mirrors: readonly object[]): Promise<number> {
  let reports = 0;
  server = createServer((request, response) => {
    const acknowledgement = { sequence: 7, changed: true, name: "n", kind: "token", record: null, enforcedBy: 1 };
    const status = { ledger: { ledger: "L" }, mirror: mirrors[Math.min(reports, mirrors.length - 1)] };
    if (request.url?.endsWith("/status")) reports++;
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url?.endsWith("/status") ? status : acknowledgement));
    });
  });
  const url = await listenOnLoopback(server);
  const { code, stdout } = await jotgate(["lift", "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA", "--wait", "--json"], {
    env: { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) },
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ enforced: true });
  return reports;
}

const FOLLOWS = { ledger: "L", through: 7 };

it.each([
  ["follows at once: three answers in a row", [FOLLOWS], 3],
  ["is behind at first", [{ ledger: "L", through: 6 }, FOLLOWS], 4],
  ["is of former contents, whose numbers say nothing", [{ ledger: "K", through: 99 }, FOLLOWS], 4],
  ["is empty", [{ through: 0 }, FOLLOWS], 4],
  ["is behind in one of several isolates", [FOLLOWS, FOLLOWS, { ledger: "L", through: 6 }, FOLLOWS], 6],
])("waits while the mirror %s", async (_what, mirrors, reports) => {
  expect(await reportsUntilEnforced(...mirrors)).toBe(reports);
});
