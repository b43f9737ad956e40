import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { setScene } from "../forwarding/setup.ts";
import { valuesOf } from "../support/arrival.ts";

const scene = setScene();

/** Sends octets as they are and reads the answer; waits for the end of the connection where more could come. */
function exchange(text: string, untilClosed = false): Promise<string> {
  const { url } = scene().guard;
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(url.port), url.hostname, () => socket.write(text, "latin1"));
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      if (!untilClosed) socket.destroy();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

function statuses(answer: string): string[] {
  return answer.match(/HTTP\/1\.[01] \d{3}/g)?.map((line) => line.slice(9)) ?? [];
}

const head = (line: string) => {
  const { guard, token } = scene();
  return `${line}\r\nHost: ${guard.url.host}\r\nAuthorization: Bearer ${token}\r\n`;
};

// What these show is the runtime's doing, without Cloudflare's own servers in front.
describe("a message that is no good", () => {
  it.each<[string, () => string]>([
    ["without Host", () => `GET /a HTTP/1.1\r\nAuthorization: Bearer ${scene().token}\r\n\r\n`],
    ["with two Hosts", () => `${head("GET /a HTTP/1.1")}Host: evil.example\r\n\r\n`],
    ["with two lengths", () => `${head("POST /a HTTP/1.1")}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
    ["with a length that has a sign", () => `${head("POST /a HTTP/1.1")}Content-Length: +5\r\n\r\nhello`],
    ["with an unknown coding", () => `${head("POST /a HTTP/1.1")}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ["with chunked not last", () => `${head("POST /a HTTP/1.1")}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
    ["with chunked in HTTP/1.0", () => `${head("POST /a HTTP/1.0")}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["with a folded line", () => `${head("GET /a HTTP/1.1")}X-A: a\r\n b\r\n\r\n`],
    ["with a NUL in a field", () => `${head("GET /a HTTP/1.1")}X-A: a\0b\r\n\r\n`],
    ["with a lone carriage return in a field", () => `${head("GET /a HTTP/1.1")}X-A: a\rb\r\n\r\n`],
    ["with a blank before the colon", () => `${head("GET /a HTTP/1.1")}X-A : a\r\n\r\n`],
    ["with a blank before its first field", () => `${head("GET /a HTTP/1.1\r\n X-Jotgate-Subject: root")}\r\n`],
  ])("is answered 400 and reaches nobody: %s", async (_, message) => {
    const { origin } = scene();
    const before = origin.arrivals.length;
    expect(statuses(await exchange(message()))).toEqual(["400"]);
    expect(origin.arrivals).toHaveLength(before);
  });
});

describe("a message with a length and chunks", () => {
  it.each<[string, string]>([
    ["length first", "Content-Length: 70\r\nTransfer-Encoding: chunked\r\n"],
    ["chunks first", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"],
  ])("is read by its chunks, forwarded without a length, and is the last on its connection: %s", async (_, fields) => {
    const { origin } = scene();
    const before = origin.arrivals.length;
    const second = "GET /public/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    const answer = await exchange(`${head("POST /a HTTP/1.1")}${fields}\r\n5\r\nhello\r\n0\r\n\r\n${second}`, true);
    expect(statuses(answer)).toEqual(["200"]);
    const arrivals = origin.arrivals.slice(before);
    expect(arrivals.map(({ method, url, body }) => [method, url, body])).toEqual([["POST", "/a", "hello"]]);
    expect(arrivals.flatMap((arrival) => valuesOf(arrival, "content-length"))).toEqual([]);
  });
});

it("trailers do not become header fields", async () => {
  const chunks = "5\r\nhello\r\n0\r\nX-Jotgate-Subject: root\r\nX-Jotgate-Scope: all\r\n\r\n";
  const fields = "Transfer-Encoding: chunked\r\nTrailer: X-Jotgate-Subject\r\nConnection: close\r\n";
  expect(statuses(await exchange(`${head("POST /a HTTP/1.1")}${fields}\r\n${chunks}`))).toEqual(["200"]);
  const { last } = scene().origin;
  expect(valuesOf(last, "x-jotgate-subject")).toEqual(["alice"]);
  expect(valuesOf(last, "x-jotgate-scope")).toEqual([""]);
});
