import type { KvLocation } from "./kv-location.ts";

type ValueType = "text" | "json" | "arrayBuffer" | "stream";
type ReadOptions = ValueType | { readonly type?: ValueType; readonly cacheTtl?: number } | undefined;

interface WriteOptions {
  readonly expiration?: number;
  readonly expirationTtl?: number;
  readonly metadata?: unknown;
}

/**
 * A location of the model with all that a `KVNamespace` has. Values are text: bytes that are put have to be UTF-8.
 *
 * @param now milliseconds by the model's clock, from which `expirationTtl` counts
 */
export function namespaceOf(location: KvLocation, now: () => number): KVNamespace {
  const namespace = {
    async get(names: string | readonly string[], options?: ReadOptions) {
      const { type, settings } = read(options);
      if (typeof names === "string") return convert((await location.getWithMetadata(names, settings)).value, type);
      const values = await location.get([...names], settings);
      return new Map([...values].map(([name, value]) => [name, convert(value, bulk(type))]));
    },
    async getWithMetadata(names: string | readonly string[], options?: ReadOptions) {
      const { type, settings } = read(options);
      const one = async (name: string, as: ValueType) => {
        const { value, metadata } = await location.getWithMetadata(name, settings);
        return { value: convert(value, as), metadata, cacheStatus: null };
      };
      if (typeof names === "string") return one(names, type);
      return new Map(await Promise.all(names.map(async (name) => [name, await one(name, bulk(type))] as const)));
    },
    async put(
      name: string,
      value: string | ArrayBuffer | ArrayBufferView | ReadableStream,
      { expiration, expirationTtl, metadata }: WriteOptions = {},
    ) {
      const end = expirationTtl === undefined ? expiration : Math.floor(now() / 1000) + expirationTtl;
      await location.put(name, await textOf(value), { ...(end !== undefined && { expiration: end }), metadata });
    },
    delete: (name: string) => location.delete(name),
    async list(options: { prefix?: string | null; cursor?: string | null; limit?: number } = {}) {
      const { prefix, cursor, limit } = options;
      const page = await location.list({ prefix: prefix ?? "", cursor: cursor ?? "", ...(limit && { limit }) });
      return { ...page, cacheStatus: null };
    },
  };
  return namespace as unknown as KVNamespace;
}

function read(options: ReadOptions) {
  const { type = "text", cacheTtl } = typeof options === "string" ? { type: options } : (options ?? {});
  return { type, settings: cacheTtl === undefined ? {} : { cacheTtl } };
}

/** What a bulk read can give. */
function bulk(type: ValueType): ValueType {
  if (type === "text" || type === "json") return type;
  throw new Error(`KV GET_BULK failed: 400 "${type}" is not a valid type. Use "json" or "text"`);
}

function convert(value: string | null, type: ValueType): unknown {
  if (value === null || type === "text") return value;
  if (type === "json") return JSON.parse(value);
  const bytes = new TextEncoder().encode(value);
  return type === "arrayBuffer" ? bytes.buffer : new Response(bytes).body;
}

async function textOf(value: string | ArrayBuffer | ArrayBufferView | ReadableStream): Promise<string> {
  if (typeof value === "string") return value;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await new Response(value).arrayBuffer());
}
