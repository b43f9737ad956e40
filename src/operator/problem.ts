import type { Problem } from "../model/problem.ts";

/** Every problem that the API answers with, by its code, and the status that goes with it. */
export const PROBLEMS = {
  invalid_request: 400,
  malformed_body: 400,
  unsupported_token_type: 400,
  unauthorized: 401,
  forbidden: 403,
  cross_site_request: 403,
  https_required: 403,
  not_found: 404,
  no_such_record: 404,
  method_not_allowed: 405,
  content_too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

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

/** A problem document (RFC 9457) that knows its code. */
export class ProblemAnswer extends Response {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, { headers, ...members }: ProblemExtension) {
    const status = PROBLEMS[code];
    super(`${JSON.stringify({ type: "about:blank", title: TITLES[status], status, code, ...members })}\n`, {
      status,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    });
    this.code = code;
  }
}

/** A problem document. */
export function problem(code: ProblemCode, extension: ProblemExtension = {}): ProblemAnswer {
  return new ProblemAnswer(code, extension);
}

/** Asked too much, or too early. @param seconds to wait */
export function comeAgain(code: "too_many_requests" | "unavailable", seconds: number): ProblemAnswer {
  return problem(code, { headers: { "retry-after": String(seconds) } });
}

/** Reason phrases (RFC 9110 §15). */
const TITLES: Readonly<Record<(typeof PROBLEMS)[ProblemCode], string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
