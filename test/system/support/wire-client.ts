import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { pairsOf } from "./arrival.ts";

/** A request as it goes onto the socket: nothing is added but `Host`. */
export interface WireRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** A response as it came off the socket. */
export interface WireResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Opens a request whose body the caller writes and ends. */
export function open(url: URL, { method = "GET", path, headers = {} }: WireRequest): ClientRequest {
  return request({
    host: url.hostname,
    port: url.port,
    method,
    path,
    agent: false,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value as string | string[]])),
  });
}

export function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
  });
}

/** Sends a request and reads all of its response. */
export async function send(url: URL, wanted: WireRequest): Promise<WireResponse> {
  const sent = open(url, wanted);
  const response = responseTo(sent);
  // Node leaves the length out for methods that seldom have a body.
  if (wanted.body !== undefined) sent.setHeader("Content-Length", Buffer.byteLength(wanted.body));
  sent.end(wanted.body);
  return readAll(await response);
}

export async function readAll(response: IncomingMessage): Promise<WireResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: pairsOf(response.rawHeaders), body: Buffer.concat(chunks) };
}

/** Sends lines of text as they are and returns the status of the answer. For requests that no HTTP client would write. */
export function sendLines(url: URL, lines: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => {
      socket.write([...lines, `Host: ${url.host}`, "Connection: close", "", ""].join("\r\n"));
    });
    socket.once("data", (answer) => {
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString("latin1"))?.[1]));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

export function textOf({ headers, body }: WireResponse): string {
  const compressed = headers.some(([name, value]) => name.toLowerCase() === "content-encoding" && value === "gzip");
  return (compressed ? gunzipSync(body) : body).toString();
}
