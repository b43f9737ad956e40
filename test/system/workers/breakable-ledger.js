import guard, { Ledger as BuiltLedger } from "./index.mjs";

export default guard;

/** The built Worker's ledger, with one more method: it loses the object and all of its memory at once, as a crash does. */
export class Ledger extends BuiltLedger {
  async crash() {
    this.ctx.abort("the test had this object crash");
  }
}
