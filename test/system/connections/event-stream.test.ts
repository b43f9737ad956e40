import { once } from "node:events";
import { createGunzip } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readAll } from "../support/wire-client.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

describe("a guarded event stream", () => {
  it("that is compressed arrives event by event, each before the next is sent", async () => {
    const { issuer, origin, listen } = scene();
    const response = await listen(await issuer.sign(), "/events/gzip");
    expect(response.headers["content-encoding"]).toBe("gzip");
    const text = response.pipe(createGunzip());
    for (const event of ["one", "two", "three"]) {
      const arrived = once(text, "data");
      origin.sendEvent(event);
      expect(String((await arrived)[0])).toBe(`data: ${event}\n\n`);
    }
    origin.endStreams();
    await once(text, "end");
  });

  it("keeps its type, and its length where it has one", async () => {
    const { issuer, origin, listen } = scene();
    const response = await listen(await issuer.sign(), "/events/ten-bytes");
    expect(response.headers["content-type"]).toBe("Text/Event-Stream; charset=utf-8");
    expect(response.headers["content-length"]).toBe("10");
    origin.sendEvent("12");
    origin.endStreams();
    expect(String((await readAll(response)).body)).toBe("data: 12\n\n");
  });

  it("ends when the origin ends it", async () => {
    const { issuer, origin, listen } = scene();
    const response = await listen(await issuer.sign());
    origin.sendEvent("last");
    origin.endStreams();
    expect(String((await readAll(response)).body)).toBe("data: last\n\n");
    expect(scene().guard.closures).toEqual([]);
  });
});
