import { existsSync } from "node:fs";
import { readFileBounded } from "../files/read-bounded.ts";

/** What `npm run dev` leaves while it runs, relative to the folder that it was started in. */
export const RUNNING_DEMO = ".wrangler/demo/running.json";

const MAX_BYTES = 4_096;

/** Whether a demo says that it runs in this folder. */
export function isDemoRunning(): boolean {
  return existsSync(RUNNING_DEMO);
}

/**
 * Addresses of the demo that runs in this folder, as the file has them; undefined when none does. Whoever made the folder may
 * have written anything there: look at an address before something is sent to it.
 */
export function readRunningDemo(): { readonly guard?: string; readonly issuer?: string } | undefined {
  if (!isDemoRunning()) return undefined;
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
