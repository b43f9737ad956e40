import { connect } from "node:net";

/** An answer as it came off the socket. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/**
 * Sends octets over a connection of their own, says that no more will come, and reads every answer until the server closes. A
 * switch to another protocol ends the reading.
 */
export async function exchange(url: URL, octets: string): Promise<RawAnswer[]> {
  const received = await sendAll(url, Buffer.from(octets, "latin1"));
  const answers: RawAnswer[] = [];
  let rest = received;
  while (rest !== "") {
    const [answer, after] = readAnswer(rest, octets.startsWith("HEAD "));
    answers.push(answer);
    rest = answer.status === 101 ? "" : after;
  }
  return answers;
}

/** Value of a field; of several fields with one name all values, joined by commas. */
export function fieldOf({ headers }: RawAnswer, name: string): string | undefined {
  const values = headers.filter(([known]) => known.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

function sendAll(url: URL, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(Number(url.port), url.hostname, () => socket.end(bytes));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (received.startsWith("HTTP/1.1 101 ")) socket.destroy();
    });
    // A server that answers and closes before it has read everything may reset the connection.
    socket.on("error", (error) => (received === "" ? reject(error) : resolve(received)));
    socket.on("close", () => resolve(received));
  });
}

function readAnswer(text: string, withoutBody: boolean): [RawAnswer, rest: string] {
  const [whole = "", status, lines = ""] = /^HTTP\/1\.[01] (\d{3}) [^\r]*\r\n([\s\S]*?\r\n)?\r\n/.exec(text) ?? [];
  if (status === undefined) throw new Error(`no answer begins with ${JSON.stringify(text.slice(0, 80))}`);
  const headers = lines
    .split("\r\n")
    .slice(0, -1)
    .map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
  const field = (name: string) => headers.find(([known]) => known.toLowerCase() === name)?.[1];
  const after = text.slice(whole.length);
  const bodiless = withoutBody || status === "101" || status === "204" || status === "304";
  const [body, rest] = bodiless
    ? ["", after]
    : field("transfer-encoding") === "chunked"
      ? readChunks(after)
      : [after.slice(0, Number(field("content-length"))), after.slice(Number(field("content-length")))];
  return [{ status: Number(status), headers, body }, rest];
}

function readChunks(text: string): [body: string, rest: string] {
  let body = "";
  let rest = text;
  for (;;) {
    const [line = "", size = "0"] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? [];
    if (line === "") throw new Error("a chunked answer is cut off");
    const length = Number.parseInt(size, 16);
    body += rest.slice(line.length, line.length + length);
    rest = rest.slice(line.length + length + 2);
    if (length === 0) return [body, rest];
  }
}
