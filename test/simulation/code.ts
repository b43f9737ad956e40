import { pathToFileURL } from "node:url";

/** The code that a simulation runs: the project's own, or a copy of it with one mistake put in. */
export interface Code {
  readonly MirrorReader: typeof import("../../src/revocation/mirror-reader.ts")["MirrorReader"];
  readonly KvRevocationReader: typeof import("../../src/revocation/kv-reader.ts")["KvRevocationReader"];
  readonly NameMemory: typeof import("../../src/revocation/name-memory.ts")["NameMemory"];
  readonly Ledger: typeof import("../../src/ledger/ledger.ts")["Ledger"];
  readonly checkRevocation: typeof import("../../src/authorize/check-revocation.ts")["checkRevocation"];
  readonly readPage: typeof import("../../src/revocation/page.ts")["readPage"];
  readonly readRecord: typeof import("../../src/revocation/record-value.ts")["readRecord"];
}

/** @param source path of a directory `src`, without an end slash */
export async function loadCode(source: string): Promise<Code> {
  const load = (path: string) => import(pathToFileURL(`${source}/${path}`).href);
  const modules = await Promise.all(
    [
      "revocation/mirror-reader.ts",
      "revocation/kv-reader.ts",
      "revocation/name-memory.ts",
      "ledger/ledger.ts",
      "authorize/check-revocation.ts",
      "revocation/page.ts",
      "revocation/record-value.ts",
    ].map(load),
  );
  return Object.assign({}, ...modules) as Code;
}
