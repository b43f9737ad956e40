import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

/** What happens instead of an answer, by name; anything else is none. `question` is the question as text. */
const FAULTS = {
  reject: async () => {
    throw new Error("the test had this fail");
  },
  hang: async (_ask, _question, what) => {
    while (faults[what] === "hang") await sleep(100);
    throw new Error("the test had this hang");
  },
  "slow question": async (ask) => {
    await sleep(700);
    return ask();
  },
  "slow answer": async (ask) => {
    const answer = await ask();
    await sleep(1_700);
    return answer;
  },
  "lost answer": async (ask) => {
    await ask();
    throw new Error("the test had this answer lost");
  },
  throttled: async (_ask, _question, what) => {
    if (what === "origin") return new Response("not so fast", { status: 429, headers: { "retry-after": "1" } });
    throw new Error("KV GET failed: 429 Too Many Requests");
  },
  // An origin's answer that breaks off.
  truncated: async (ask) => {
    const { readable, writable } = new FixedLengthStream(1_000);
    const writer = writable.getWriter();
    void writer.write(new TextEncoder().encode("let thr")).then(() => writer.abort("the test had this break off"));
    return new Response(readable, await ask());
  },
  // A cache that gives the same answer to the same question, and lets it pass for a new one.
  cached: async (ask, question) => {
    if (!cache.has(question)) cache.set(question, await ask());
    return cache.get(question);
  },
};

const cache = new Map();
const faults = { ledger: "none", store: "none", origin: "none" };
const calls = {};

async function pass(what, method, args, ask) {
  const name = `${what}.${method}`;
  calls[name] = (calls[name] ?? 0) + 1;
  return FAULTS[faults[what]]?.(ask, JSON.stringify([method, args]), what) ?? ask();
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What one guard has for its ledger: asks the real one, unless it was told to fail. */
export class PathToLedger extends DurableObject {
  #ask(method, args) {
    return pass("ledger", method, args, () => ledgerOf(this.env)[method](...args));
  }
  changes(...args) {
    return this.#ask("changes", args);
  }
  look(...args) {
    return this.#ask("look", args);
  }
  execute(...args) {
    return this.#ask("execute", args);
  }
  submit(...args) {
    return this.#ask("submit", args);
  }
  preview(...args) {
    return this.#ask("preview", args);
  }
  state(...args) {
    return this.#ask("state", args);
  }
  countFailures(...args) {
    return this.#ask("countFailures", args);
  }
  status(...args) {
    return this.#ask("status", args);
  }
  history(...args) {
    return this.#ask("history", args);
  }
  records(...args) {
    return this.#ask("records", args);
  }
  record(...args) {
    return this.#ask("record", args);
  }
}

/** What one guard, or the ledger, has for its KV namespace: the real one, unless it was told to fail. */
export class Store extends WorkerEntrypoint {
  #ask(method, args) {
    return pass("store", method, args, () => this.env.KV[method](...args));
  }
  get(...args) {
    return this.#ask("get", args);
  }
  getWithMetadata(...args) {
    return this.#ask("getWithMetadata", args);
  }
  put(...args) {
    return this.#ask("put", args);
  }
  delete(...args) {
    return this.#ask("delete", args);
  }
  list(...args) {
    return this.#ask("list", args);
  }
}

/** The API behind the guards. Its answer says whom it was told to be asked by. */
export class Origin extends WorkerEntrypoint {
  fetch(request) {
    const told = (what) => request.headers.get(`x-jotgate-${what}`) ?? "";
    const headers = { "told-subject": told("subject"), "told-issuer": told("issuer") };
    return pass("origin", "fetch", [request.url], async () => new Response("let through", { headers }));
  }
}

/**
 * For the tests alone. `PUT /faults` with `{ ledger, store, origin }` switches faults; `GET /calls` says how often what was asked;
 * `POST /rebuild` and `POST /crash` are passed on to the ledger.
 */
export default {
  async fetch(request, env) {
    switch (`${request.method} ${new URL(request.url).pathname}`) {
      case "PUT /faults":
        Object.assign(faults, await request.json());
        if (faults.ledger !== "cached") cache.clear();
        return new Response(null, { status: 204 });
      case "GET /calls":
        return Response.json(calls);
      case "POST /rebuild":
        await ledgerOf(env).rebuild();
        return new Response(null, { status: 204 });
      case "POST /crash":
        await ledgerOf(env)
          .crash()
          .catch(() => {});
        return new Response(null, { status: 204 });
      default:
        return new Response(null, { status: 404 });
    }
  },
};

/** The real ledger. The name is the guard's own for it. */
function ledgerOf(env) {
  return env.LEDGER.getByName("ledger");
}
