import { expect } from "vitest";

/** What a refusal looks like to the client. */
export interface ExpectedRefusal {
  readonly status: number;
  readonly code: string;
  /** `WWW-Authenticate`, exactly; undefined for no challenge. */
  readonly challenge?: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export const UNAUTHORIZED: ExpectedRefusal = { status: 401, code: "unauthorized", challenge: 'Bearer realm="jotgate"' };

export const INVALID_TOKEN: ExpectedRefusal = {
  status: 401,
  code: "invalid_token",
  challenge: 'Bearer realm="jotgate", error="invalid_token"',
};

/** We could not find out: the client keeps its token and tries again. */
export const UNAVAILABLE: ExpectedRefusal = { status: 503, code: "unavailable" };

/** Checks status, challenge, cacheability and the problem document of a refusal; returns its request id. */
export async function expectRefusal(response: Response, { status, code, challenge }: ExpectedRefusal): Promise<string> {
  expect(response.status).toBe(status);
  expect(response.headers.get("www-authenticate")).toBe(challenge ?? null);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("retry-after")).toBe(status === 503 ? "5" : null);
  const requestId = response.headers.get("x-jotgate-request-id") ?? "";
  expect(requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: TITLES[status],
    status,
    code,
    request_id: requestId,
  });
  return requestId;
}
