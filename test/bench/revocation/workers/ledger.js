import { configFromVars } from "../../../../src/config/config-from-vars.ts";
import { createLedger } from "../../../../src/create-ledger.ts";
import { newRow } from "../../../../src/ledger/ledger-row.ts";
import { RecordStore } from "../../../../src/ledger/record-store.ts";
import { storageOf } from "../../../../src/ledger/sql-storage.ts";
import { toBase64url } from "../../../../src/platform/base64url.ts";

/** The ledger, with more methods. */
export class Ledger extends createLedger(configFromVars) {
  #rows = 0;

  constructor(ctx, env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    sql.exec = (...query) => {
      const cursor = exec(...query);
      // What the ledger asks for is written when it has taken all of the answer, which it does at once.
      const toArray = cursor.toArray.bind(cursor);
      cursor.toArray = () => {
        const answer = toArray();
        this.#rows += cursor.rowsWritten;
        return answer;
      };
      return cursor;
    };
  }

  /** Rows that were written so far, as they are billed: those of tables and of indexes. */
  async rowsWritten() {
    return this.#rows;
  }

  /** Writes so many revoked tokens through the ledger's own store: commands would do the same one by one. */
  async fill(count) {
    const storage = storageOf(this.ctx.storage);
    const store = new RecordStore(storage);
    const now = Math.floor(Date.now() / 1000);
    storage.transaction(() => {
      for (let turn = 0; turn < count; turn++) {
        const id = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
        const row = newRow(`jotgate1:token:${id}`);
        const until = now + 3_600 + (turn % 86_400);
        store.change({ ...row, live: true, record: { ...row.record, revoked: true, until } });
      }
    });
    await storage.sync();
  }
}

export default { fetch: () => new Response(null, { status: 404 }) };
