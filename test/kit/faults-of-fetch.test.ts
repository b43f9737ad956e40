import { describe, expect, it } from "vitest";
import { createBreakableFetch, createFaults, createManualClock } from "../../src/test-kit/test-kit.ts";

function setUp() {
  const clock = createManualClock();
  const faults = createFaults(clock);
  let count = 0;
  const real = async (input: RequestInfo | URL, init?: RequestInit) => {
    const { method, url } = new Request(input, init);
    return new Response(`${method} ${url} ${++count}`, { status: 201, headers: { "x-from": "origin" } });
  };
  return { clock, faults, fetch: createBreakableFetch(real as typeof fetch, faults), count: () => count };
}

const URL_ = "https://issuer.example/keys";

describe("a fetch with faults in front of it", () => {
  it("fetches as long as there are none", async () => {
    const { fetch, faults } = setUp();
    const response = await fetch(URL_, { method: "POST" });
    expect([response.status, await response.text()]).toEqual([201, `POST ${URL_} 1`]);
    expect(faults).toMatchObject({ asked: 1, spoiled: 0 });
  });

  it.each<[string, (body: BodyInit) => Parameters<typeof fetch>]>([
    ["in a request", (body) => [new Request(URL_, { method: "POST", body })]],
    ["beside a URL", (body) => [URL_, { method: "POST", body }]],
    ["as a stream", (body) => [URL_, { method: "POST", body: new Response(body).body }]],
  ])("passes a body on: %s", async (_, asked) => {
    const echo = async (...given: Parameters<typeof fetch>) => new Response(await new Request(...given).text());
    const breakable = createBreakableFetch(echo as typeof fetch, createFaults(createManualClock()));
    expect(await (await breakable(...asked("Grüße"))).text()).toBe("Grüße");
  });

  it("answers later", async () => {
    const { fetch, faults, clock } = setUp();
    faults.begin({ does: "delay", milliseconds: 50 });
    let ended = false;
    void fetch(URL_).finally(() => {
      ended = true;
    });
    await clock.advance(49);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(ended).toBe(true);
  });

  it("fails, having reached nothing, or having lost the answer", async () => {
    const { fetch, faults, count } = setUp();
    faults.begin({ does: "fail" });
    await expect(fetch(URL_)).rejects.toThrow(TypeError);
    expect(count()).toBe(0);
    faults.begin({ does: "lose answer" });
    await expect(fetch(URL_)).rejects.toThrow(TypeError);
    expect(count()).toBe(1);
  });

  it("hangs until whoever waits gives up", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "hang" });
    const giveUp = new AbortController();
    const waiting = fetch(URL_, { signal: giveUp.signal });
    giveUp.abort(new RangeError("too long"));
    await expect(waiting).rejects.toThrow(RangeError);
    await expect(fetch(URL_, { signal: AbortSignal.abort(new RangeError("before")) })).rejects.toThrow(RangeError);
  });

  it("is throttled", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "throttle" });
    const response = await fetch(URL_);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
  });

  it("gives half of a body, then an error", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "truncate" });
    const response = await fetch(URL_);
    expect([response.status, response.headers.get("x-from")]).toEqual([201, "origin"]);
    await expect(response.text()).rejects.toThrow(TypeError);
  });

  it("gives half of a body as if it were all", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "truncate", ending: "end" });
    expect(await (await fetch(URL_)).text()).toBe("GET https://issu");
  });

  it("gives half of a body, then nothing", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "truncate", ending: "hang" });
    const reader = (await fetch(URL_)).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("GET https://issu");
    const more = reader?.read().then(() => "more");
    expect(await Promise.race([more, new Promise((resolve) => setTimeout(resolve, 20, "nothing"))])).toBe("nothing");
  });

  it.each([0, 1, 4_096, 100_000])("gives %d bytes more than there are", async (bytes) => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "bloat", bytes });
    const text = await (await fetch(URL_)).text();
    expect(text).toBe(`GET ${URL_} 1${" ".repeat(bytes)}`);
  });

  it("repeats what was answered to the same question", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "repeat" });
    const texts = [];
    for (const url of [URL_, URL_, "https://issuer.example/other", URL_]) {
      const response = await fetch(url);
      expect(response.headers.get("x-from")).toBe("origin");
      texts.push(await response.text());
    }
    expect(texts.map((text) => text.at(-1))).toEqual(["1", "1", "2", "1"]);
  });

  it("answers what a test makes up", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "answer", with: () => new Response("<html>", { status: 503 }) });
    expect((await fetch(URL_)).status).toBe(503);
  });

  it("does so to the addresses that are concerned", async () => {
    const { fetch, faults } = setUp();
    faults.begin({ does: "throttle" }, (question) => question === `GET ${URL_}`);
    expect([(await fetch(URL_)).status, (await fetch(`${URL_}/2`)).status]).toEqual([429, 201]);
  });
});
