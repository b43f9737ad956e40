import guard, { Ledger as BuiltLedger } from "./worker.js";

export default guard;

/** The built Worker's ledger, which has each question of a mirror counted elsewhere. Nobody waits for that. */
export class Ledger extends BuiltLedger {
  async changes(question) {
    this.ctx.waitUntil(this.env.TALLY.fetch("http://tally/", { method: "POST" }));
    return super.changes(question);
  }
}
