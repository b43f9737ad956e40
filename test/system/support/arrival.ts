import type { IncomingMessage } from "node:http";

/** A request as it reached a server, before anything tidied it up. */
export interface Arrival {
  readonly method: string;
  /** Request target, as sent. */
  readonly url: string;
  /** Fields in order, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export function arrivalOf(request: IncomingMessage, body: string): Arrival {
  return { method: request.method ?? "", url: request.url ?? "", headers: pairsOf(request.rawHeaders), body };
}

/** Names and values of Node's flat list of raw headers. */
export function pairsOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : []));
}

/** All values of a field, whatever its case; an empty list when it is not there. */
export function valuesOf({ headers }: Pick<Arrival, "headers">, name: string): string[] {
  return headers.filter(([field]) => field.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** Lower-case names of all fields. */
export function namesOf({ headers }: Pick<Arrival, "headers">): string[] {
  return headers.map(([name]) => name.toLowerCase());
}

export async function readBody(message: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
