import type { Faults, Forms } from "./faults.ts";

/** A namespace whose operations can be made to fail. */
export function breakKv(kv: KVNamespace, faults: Faults): KVNamespace {
  const through = (method: "get" | "getWithMetadata" | "put" | "delete" | "list") => {
    const call = kv[method].bind(kv) as (...args: readonly unknown[]) => Promise<unknown>;
    return (...args: readonly unknown[]) =>
      faults.pass(`${method} ${nameOf(args[0])}`, () => call(...args), formsOf(method));
  };
  return {
    get: through("get"),
    getWithMetadata: through("getWithMetadata"),
    put: through("put"),
    delete: through("delete"),
    list: through("list"),
  } as unknown as KVNamespace;
}

function nameOf(subject: unknown): string {
  return typeof subject === "string" ? subject : JSON.stringify(subject ?? {});
}

function formsOf(method: string): Forms<unknown> {
  const operation = method === "getWithMetadata" ? "GET" : method.toUpperCase();
  return {
    throttled: () => {
      throw new Error(`KV ${operation} failed: 429 Too Many Requests`);
    },
    failed: () => new Error(`KV ${operation} failed: 503 Service Unavailable`),
    truncated: async (answer) =>
      answer instanceof Map || isList(answer)
        ? halved(answer)
        : change(answer, (text) => text.slice(0, text.length / 2)),
    bloated: async (answer, bytes) => change(answer, (text) => text + " ".repeat(bytes)),
    kept: async (answer) => () => structuredClone(answer),
  };
}

function isList(answer: unknown): answer is { readonly keys: readonly unknown[] } {
  return typeof answer === "object" && answer !== null && "keys" in answer && Array.isArray(answer.keys);
}

function halved(answer: Map<unknown, unknown> | { readonly keys: readonly unknown[] }) {
  if (answer instanceof Map) return new Map([...answer].slice(0, Math.floor(answer.size / 2)));
  return { ...answer, keys: answer.keys.slice(0, Math.floor(answer.keys.length / 2)) };
}

/** Changes the value, or each of them, wherever it is text. */
function change(answer: unknown, how: (text: string) => string): unknown {
  if (typeof answer === "string") return how(answer);
  if (answer instanceof Map) return new Map([...answer].map(([name, value]) => [name, change(value, how)]));
  if (typeof answer !== "object" || answer === null || !("value" in answer)) return answer;
  return { ...answer, value: change(answer.value, how) };
}
