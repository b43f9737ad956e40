import { once } from "node:events";
import { connect, type Socket } from "node:net";

const ANSWER_MS = 5_000;
const END_OF_HEAD = "\r\n\r\n";
const LAST_CHUNK = "\r\n0\r\n\r\n";

/** One connection to a contestant that stays open, one request at a time. It reads of answers what it takes to find their ends. */
export class Connection {
  readonly #socket: Socket;
  #received = "";
  #waiting: { resolve(status: number): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#read(text));
    socket.on("timeout", () => this.#fail("A contestant does not answer."));
    socket.on("error", ({ message }) => this.#fail(message));
    // Idle connections may go; a request may not go with one.
    socket.on("close", () => this.#fail("A contestant broke a connection."));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new Connection(socket);
  }

  /** @returns the status of the answer; rejects when none comes */
  request(text: string): Promise<number> {
    if (this.#socket.destroyed) return Promise.reject(new Error("A contestant broke an idle connection."));
    this.#received = "";
    this.#socket.setTimeout(ANSWER_MS);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(text, "latin1");
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#received += text;
    if (!isComplete(this.#received)) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    // "HTTP/1.1 200 OK"
    waiting?.resolve(Number(this.#received.slice(9, 12)));
  }

  #fail(message: string): void {
    this.#socket.destroy();
    this.#waiting?.reject(new Error(message));
    this.#waiting = undefined;
  }
}

/** Contestants say how long a body is, or send it in chunks; none has trailers. */
function isComplete(received: string): boolean {
  const head = received.indexOf(END_OF_HEAD);
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(received.slice(0, head + 2))?.[1];
  return length === undefined
    ? received.endsWith(LAST_CHUNK)
    : received.length >= head + END_OF_HEAD.length + Number(length);
}
