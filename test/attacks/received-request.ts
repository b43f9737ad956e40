import { fromOctets } from "./octets.ts";

/** What an HTTP server makes of octets: the requests in them, up to the first that it answers itself. */
export interface Reading {
  readonly requests: readonly ReceivedRequest[];
  /** True when the server refuses what comes after `requests`. */
  readonly refused: boolean;
}

/** A request as the runtime hands it to a Worker: the URL's text may be none. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
}

/**
 * Reads HTTP/1.1 as workerd does (measured, and compared with the real one by the system tests): field names and values are checked,
 * nothing is unfolded, and the Host field stands in front of the target as it is.
 */
export function readRequests(octets: string): Reading {
  const requests: ReceivedRequest[] = [];
  let rest = octets;
  while (rest !== "") {
    const [, head, after] = /^([\s\S]*?\r?\n)\r?\n([\s\S]*)$/.exec(rest) ?? [];
    const request = head === undefined ? undefined : readHead(head);
    if (request === undefined || after === undefined) return { requests, refused: true };
    requests.push(request);
    rest = skipBody(request.headers, after);
  }
  return { requests, refused: false };
}

/** Methods that workerd's HTTP library knows. */
const METHODS = new Set(
  (
    "GET HEAD POST PUT DELETE PATCH PURGE OPTIONS TRACE COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK ACL REPORT " +
    "MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE QUERY BAN"
  ).split(" "),
);

function readHead(head: string): ReceivedRequest | undefined {
  const [requestLine = "", ...fields] = head.split(/\r?\n/).slice(0, -1);
  const [, method = "", target = ""] = /^([A-Z-]+) (\S+) HTTP\/1\.[01]$/.exec(requestLine) ?? [];
  if (!METHODS.has(method)) return undefined;
  const headers = new Headers();
  for (const field of fields) {
    const [, name, value = ""] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\0\r]*?)[ \t]*$/.exec(field) ?? [];
    if (name === undefined) return undefined;
    if (value !== "") headers.append(name, new TextDecoder().decode(fromOctets(value)));
  }
  const host = headers.get("host");
  const url = host === null ? undefined : urlOf(target, host);
  return url === undefined || !hasFraming(headers) ? undefined : { method, url, headers };
}

/** A length is a number that fits into 64 bits, and the last coding is chunked. Several fields arrive joined by a comma. */
function hasFraming(headers: Headers): boolean {
  const length = headers.get("content-length") ?? "0";
  return /^\d{1,19}$/.test(length) && /(?:^|, *)chunked$/i.test(headers.get("transfer-encoding") ?? "chunked");
}

/** The text of the URL; undefined for a target that is none. Neither scheme nor authority of a target count. */
function urlOf(target: string, host: string): string | undefined {
  if (/[\0-\x20<>`\x7f]/.test(target)) return undefined;
  const path = fromWire(target)?.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/, "");
  if (path === undefined || path.startsWith("/") || path === "*") return path && `http://${host}${path}`;
  return /[/?]/.test(path) ? undefined : `http://${host}/`;
}

/** Text in UTF-8; undefined for octets that are none. */
function fromWire(octets: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(fromOctets(octets));
  } catch {
    return undefined;
  }
}

function skipBody(headers: Headers, after: string): string {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  // Of the two together the connection does not survive the first request (RFC 9112 §6.1).
  if (coding !== null && length !== null) return "";
  if (coding === null) return after.slice(Number(length ?? 0));
  const end = /(?:^|\r\n)0\r\n[\s\S]*?\r\n\r\n|^0\r\n\r\n/.exec(after);
  return end === null ? "" : after.slice(end.index + end[0].length);
}
