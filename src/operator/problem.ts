import type { Problem } from "../model/problem.ts";

/** Members beside the usual ones, and headers. */
export interface ProblemExtension {
  readonly headers?: Readonly<Record<string, string>>;
  /** Everything that is wrong with the request. */
  readonly problems?: readonly Problem[];
  /** The role that this takes. */
  readonly needs?: string;
  /** Error code of OAuth (RFC 6749 §5.2), where its clients look for one. */
  readonly error?: string;
}

/** A problem document (RFC 9457). */
export function problem(status: number, code: string, { headers, ...members }: ProblemExtension = {}): Response {
  return new Response(`${JSON.stringify({ type: "about:blank", title: TITLES[status], status, code, ...members })}\n`, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}

/** Reason phrases (RFC 9110 §15). */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  503: "Service Unavailable",
};
