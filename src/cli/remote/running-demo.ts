import { existsSync } from "node:fs";
import { readFileBounded } from "../files/read-bounded.ts";

/** What `npm run dev` leaves while it runs, relative to the folder that it was started in. */
export const RUNNING_DEMO = ".wrangler/demo/running.json";

const MAX_BYTES = 4_096;

/** Addresses of the demo that runs in this folder; undefined when none does. */
export function readRunningDemo(): { readonly guard?: string; readonly issuer?: string } | undefined {
  if (!existsSync(RUNNING_DEMO)) return undefined;
  const { guard, issuer } = parse(readFileBounded(RUNNING_DEMO, MAX_BYTES));
  return { ...(typeof guard === "string" && { guard }), ...(typeof issuer === "string" && { issuer }) };
}

/** Somebody may look just while the file is written. */
function parse(text: string): { guard?: unknown; issuer?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
