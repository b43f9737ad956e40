import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { namesOf, valuesOf } from "../support/arrival.ts";
import { open, readAll, responseTo } from "../support/wire-client.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

const LARGE = 32 * 1024 * 1024;

describe("bodies", () => {
  it("flow both ways at once: the first part is back before the last is sent", async () => {
    const { guard, token } = scene();
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/octet-stream" };
    const sent = open(guard.url, { method: "POST", path: "/a/upload", headers });
    sent.write("first part");
    const response = await responseTo(sent);
    const [first] = (await once(response, "data")) as [Buffer];
    expect(first.toString()).toBe("first part");
    sent.end("last part");
    expect((await readAll(response)).body.toString()).toBe("last part");
  });

  it("of 32 MiB arrive unchanged in both directions", async () => {
    const { guard, token } = scene();
    const part = Buffer.alloc(64 * 1024, "an upload that no buffer should hold ");
    const sent = open(guard.url, { method: "POST", path: "/a/upload", headers: { Authorization: `Bearer ${token}` } });
    const response = responseTo(sent).then(readAll);
    const uploaded = createHash("sha256");
    for (let bytes = 0; bytes < LARGE; bytes += part.length) {
      uploaded.update(part);
      if (!sent.write(part)) await once(sent, "drain");
    }
    sent.end();
    const { body } = await response;
    expect(body).toHaveLength(LARGE);
    expect(createHash("sha256").update(body).digest("hex")).toBe(uploaded.digest("hex"));
  });

  it("of 32 MiB are downloaded in full", async () => {
    const { body } = await scene().sendAsAlice({ path: `/a/download?bytes=${LARGE}` });
    expect(body).toHaveLength(LARGE);
    expect(body.subarray(-16).toString()).toBe("0123456789abcdef");
  });
});

describe("a response that breaks off at the origin", () => {
  it("breaks off at the client, too", async () => {
    await expect(scene().sendAsAlice({ path: "/a/truncated" })).rejects.toThrow("aborted");
  });
});

describe("server-sent events", () => {
  it("end at the origin when the client went away, at the latest with the next ones", async () => {
    const { guard, token, origin } = scene();
    const sent = open(guard.url, { path: "/a/events", headers: { Authorization: `Bearer ${token}` } });
    const opened = responseTo(sent);
    sent.end();
    const response = await opened;
    expect(origin.listeners).toBe(1);
    response.destroy();
    const noticed = () => {
      origin.sendEvent("is anybody there?");
      expect(origin.listeners).toBe(0);
    };
    await vi.waitFor(noticed, { timeout: 5_000, interval: 100 });
  });

  it("arrive one by one, each before the next is sent", async () => {
    const { guard, token, origin } = scene();
    const headers = { Authorization: `Bearer ${token}`, Accept: "text/event-stream" };
    const sent = open(guard.url, { path: "/a/events", headers });
    const opened = responseTo(sent);
    sent.end();
    const response = await opened;
    expect(response.headers["content-type"]).toBe("text/event-stream");
    for (const event of ["one", "two", "three"]) {
      const arrived = once(response, "data");
      origin.sendEvent(event);
      expect(String((await arrived)[0])).toBe(`data: ${event}\n\n`);
    }
    sent.destroy();
  });
});

describe("a WebSocket", () => {
  function connect(path: string, headers: Record<string, string>): WebSocket {
    return new WebSocket(`ws://${scene().guard.url.host}${path}`, { headers });
  }

  /** Status of the refusal of a handshake. */
  async function refusalOf(socket: WebSocket): Promise<number | undefined> {
    socket.on("error", () => {});
    const [request, response] = await once(socket, "unexpected-response");
    request.destroy();
    return response.statusCode;
  }

  it("opens with a token and carries text and binary both ways", async () => {
    const socket = connect("/a/socket?room=1", {
      Authorization: `Bearer ${scene().token}`,
      "X-Jotgate-Subject": "eve",
    });
    await once(socket, "open");
    const { origin } = scene();
    expect(origin.last).toMatchObject({ method: "GET", url: "/a/socket?room=1" });
    expect(valuesOf(origin.last, "x-jotgate-subject")).toEqual(["alice"]);
    expect(namesOf(origin.last)).not.toContain("authorization");

    socket.send("Grüße");
    const [text, textIsBinary] = await once(socket, "message");
    expect({ text: String(text), textIsBinary }).toEqual({ text: "Grüße", textIsBinary: false });
    socket.send(Buffer.from([0, 255, 1]));
    const [bytes, isBinary] = await once(socket, "message");
    expect({ bytes: [...(bytes as Buffer)], isBinary }).toEqual({ bytes: [0, 255, 1], isBinary: true });
    socket.close(4001, "done");
    expect((await once(socket, "close"))[0]).toBe(4001);
  });

  it("does not open without a token", async () => {
    const before = scene().origin.arrivals.length;
    expect(await refusalOf(connect("/a/socket", {}))).toBe(401);
    expect(scene().origin.arrivals).toHaveLength(before);
  });

  it("opens with a cookie's token for the guard's own pages only", async () => {
    const { token, guard } = scene();
    const cookie = { Cookie: `session=${token}` };
    expect(await refusalOf(connect("/a/socket", { ...cookie, Origin: "https://evil.example" }))).toBe(403);
    const socket = connect("/a/socket", { ...cookie, Origin: guard.url.origin });
    await once(socket, "open");
    expect(namesOf(scene().origin.last)).not.toContain("cookie");
    socket.close();
  });

  it("speaks the subprotocol that the origin chose", async () => {
    const { guard, token } = scene();
    const headers = { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://${guard.url.host}/a/socket`, ["chat.v2", "chat.v1"], { headers });
    await once(socket, "open");
    expect(socket.protocol).toBe("chat.v2");
    socket.close();
  });

  it("names its request id in the answer to the handshake", async () => {
    const socket = connect("/a/socket", { Authorization: `Bearer ${scene().token}` });
    const [[handshake]] = (await Promise.all([once(socket, "upgrade"), once(socket, "open")])) as [
      [IncomingMessage],
      [],
    ];
    expect(handshake.headers["x-jotgate-request-id"]).toBe(scene().guard.decisions.at(-1)?.requestId);
    socket.close();
  });

  it("is recorded as one decision with status 101", async () => {
    const { guard, token } = scene();
    const before = guard.decisions.length;
    const socket = connect("/a/socket", { Authorization: `Bearer ${token}` });
    await once(socket, "open");
    await vi.waitFor(() => expect(guard.decisions.slice(before)).toMatchObject([{ outcome: "allow", status: 101 }]));
    socket.close();
  });
});
