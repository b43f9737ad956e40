import { afterEach, describe, expect, it, vi } from "vitest";
import { fetchJson, HttpStatusError, MAX_DOCUMENT_BYTES } from "../../../src/keys/fetch-json.ts";
import { endlessBody, stubNetwork } from "./network.ts";

const URL_OF_SET = "https://issuer.example/jwks";

afterEach(() => vi.restoreAllMocks());

function read(response: Response, signal = new AbortController().signal): Promise<unknown> {
  stubNetwork(() => response);
  return fetchJson(URL_OF_SET, "application/json", signal);
}

/** A JSON string whose text has this many bytes. */
function documentOf(bytes: number): string {
  return `"${"a".repeat(bytes - 2)}"`;
}

function inChunks(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

it("asks for the media type, follows no redirect and takes no cached answer", async () => {
  const { urls, inits } = stubNetwork(() => Response.json({}));
  await fetchJson(URL_OF_SET, "application/jwk-set+json", new AbortController().signal);
  expect(urls).toEqual([URL_OF_SET]);
  expect(inits[0]).toMatchObject({
    headers: { accept: "application/jwk-set+json" },
    redirect: "manual",
    cache: "no-store",
  });
});

describe("a document", () => {
  it("is read whatever its media type says", async () => {
    expect(await read(new Response('{"a":[1]}', { headers: { "content-type": "text/plain" } }))).toEqual({ a: [1] });
  });

  it("is read when its characters are split over chunks", async () => {
    expect(await read(new Response(inChunks('{"名":"用户😀"}', 1)))).toEqual({ 名: "用户😀" });
  });

  it("is read up to 65,536 bytes", async () => {
    expect(MAX_DOCUMENT_BYTES).toBe(65_536);
    expect(await read(new Response(documentOf(65_536)))).toHaveLength(65_534);
  });

  it.each([
    ["in one chunk", (text: string) => new Response(text)],
    ["in many", (text: string) => new Response(inChunks(text, 1000))],
  ])("is refused from 65,537 bytes on, %s", async (_, respond) => {
    await expect(read(respond(documentOf(65_537)))).rejects.toThrow("is larger than 65536 bytes");
  });

  it("is read no further than the limit, however much there is", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(0x20));
      },
    });
    await expect(read(new Response(body))).rejects.toThrow("is larger");
    expect(sent).toBeLessThanOrEqual(7 * 16_384);
  });

  it.each([
    ["HTML", "<html></html>"],
    ["nothing", ""],
    ["cut off", '{"keys":['],
    ["two documents", "{}{}"],
  ])("is refused when it is %s", async (_, text) => {
    await expect(read(new Response(text))).rejects.toThrow(SyntaxError);
  });

  it("is refused without a body", async () => {
    await expect(read(new Response(null))).rejects.toThrow(SyntaxError);
  });

  it.each([
    ["a byte that is not UTF-8", [0x22, 0xff, 0x22]],
    ["an overlong form", [0x22, 0xc0, 0xaf, 0x22]],
    ["half of a character at the end", [0x22, 0x22, 0xe7, 0x94]],
  ])("is refused when it has %s", async (_, bytes) => {
    await expect(read(new Response(new Uint8Array(bytes)))).rejects.toThrow(TypeError);
  });
});

describe("a status", () => {
  it.each([301, 302, 303, 307, 308])("of %d is not followed", async (status) => {
    const { urls } = stubNetwork(() => new Response(null, { status, headers: { location: "https://evil.example/" } }));
    const reading = fetchJson(URL_OF_SET, "application/json", new AbortController().signal);
    await expect(reading).rejects.toMatchObject({ status });
    expect(urls).toEqual([URL_OF_SET]);
  });

  it.each([201, 206, 400, 403, 404, 429, 500, 503])("of %d is no document, whatever the body", async (status) => {
    const error = await read(Response.json({ keys: [] }, { status })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HttpStatusError);
    expect(error).toMatchObject({ status });
  });
});

describe("the signal", () => {
  it("ends a request that hangs", async () => {
    const controller = new AbortController();
    stubNetwork(
      (_, { signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    );
    const reading = fetchJson(URL_OF_SET, "application/json", controller.signal);
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });

  it("ends a body that hangs", async () => {
    const controller = new AbortController();
    stubNetwork((_, { signal }) => new Response(endlessBody(signal as AbortSignal)));
    const reading = fetchJson(URL_OF_SET, "application/json", controller.signal);
    setTimeout(() => controller.abort(new Error("enough")), 5);
    await expect(reading).rejects.toThrow("enough");
  });
});

it("passes on that the network failed", async () => {
  stubNetwork(() => Promise.reject(new TypeError("connection refused")));
  await expect(fetchJson(URL_OF_SET, "application/json", new AbortController().signal)).rejects.toThrow("refused");
});
