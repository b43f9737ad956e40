import type { Namespace } from "./environment.ts";

/*
 * Each user's token version, which every new token carries. Your backend would have it in the user's row: it has to stay when
 * the revocation record has long expired.
 */

const FIRST_VERSION = 1;

export async function currentVersion(state: Namespace, subject: string): Promise<number> {
  const stored = await state.get(versionKey(subject));
  return stored === null ? FIRST_VERSION : Number(stored);
}

/** Where a user's version is kept. */
export function versionKey(subject: string): string {
  return `version:${subject}`;
}
