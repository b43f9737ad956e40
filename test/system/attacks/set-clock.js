import { WorkerEntrypoint } from "cloudflare:workers";
import guard from "./index.mjs";

const SystemDate = Date;
let now = SystemDate.now();

/** The isolate's clock stands still at the moment that an attack takes place. */
globalThis.Date = class extends SystemDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now] : parts));
  }

  static now() {
    return now;
  }
};

/** Sets the clock to the milliseconds since 1970 in the request's body. Only the tests know its socket. */
export class Clock extends WorkerEntrypoint {
  async fetch(request) {
    now = Number(await request.text());
    return new Response(null, { status: 204 });
  }
}

/** The built Worker, as it is. */
export default guard;
