import { createJotgate } from "../../../src/create-jotgate.ts";

/** What the store does instead of answering, by name; anything else passes through to KV. */
const FAULTS = {
  throw: () => {
    throw new Error("the store failed at once");
  },
  reject: async () => {
    throw new Error("the store failed");
  },
  hang: () => new Promise(() => {}),
  late: (read) => new Promise((resolve) => setTimeout(() => resolve(read()), 3_000)),
  slow: (read) => new Promise((resolve) => setTimeout(() => resolve(read()), 1_000)),
  nothing: async () => undefined,
  text: async () => "no map",
  "no names": async () => new Map(),
  "half of the names": async (read) => new Map([...(await read())].slice(1)),
  numbers: async (read) => new Map([...(await read())].map(([name]) => [name, 7])),
  // What KV shows for a while after a write: the state from before it.
  old: async (read) => new Map([...(await read())].map(([name]) => [name, null])),
};

let fault = "none";
let guard;

/** `PUT /store` with a name switches the fault; all other requests are the guard's. */
export default {
  async fetch(request, env, lifetime) {
    if (new URL(request.url).pathname === "/store") {
      fault = await request.text();
      return new Response(null, { status: 204 });
    }
    guard ??= createJotgate(env.CONFIG);
    const REVOCATIONS = {
      getWithMetadata: () => {},
      get: (names, options) => {
        const read = () => env.REVOCATIONS.get(names, options);
        return FAULTS[fault]?.(read) ?? read();
      },
    };
    return guard.fetch(request, { ...env, REVOCATIONS }, lifetime);
  },
};
