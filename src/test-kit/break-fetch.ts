import type { Faults, Forms } from "./faults.ts";

/** A `fetch` that can be made to fail: for key-set endpoints in the place of the global one, for an origin as a service binding. */
export function breakFetch(fetch: typeof globalThis.fetch, faults: Faults): typeof globalThis.fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const answer = faults.pass(`${request.method} ${request.url}`, () => fetch(request), FORMS);
    const signal = init?.signal ?? request.signal;
    return signal ? untilAborted(answer, signal) : answer;
  };
}

const FORMS: Forms<Response> = {
  throttled: () => new Response(null, { status: 429, headers: { "retry-after": "1" } }),
  failed: () => new TypeError("The network connection was lost."),
  truncated: async (response, ending) => {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return withBody(response, bytes.subarray(0, bytes.length / 2), (controller) => {
      if (ending === "end") controller.close();
      if (ending === "fail") controller.error(new TypeError("The network connection was lost."));
      // Of the whole promise nothing more comes.
      return ending === "hang" ? new Promise(() => {}) : undefined;
    });
  },
  bloated: async (response, count) => {
    let left = count;
    return withBody(response, new Uint8Array(await response.arrayBuffer()), (controller) => {
      const size = Math.min(left, 4_096);
      left -= size;
      if (size === 0) controller.close();
      else controller.enqueue(new Uint8Array(size).fill(0x20));
    });
  },
  kept: async (response) => {
    const bytes = await response.arrayBuffer();
    const isEmpty = bytes.byteLength === 0;
    return () => new Response(isEmpty ? null : bytes, response);
  },
};

/** The same response with other contents: these bytes, and then whatever the callback makes of each further demand. */
function withBody(
  response: Response,
  bytes: Uint8Array,
  then: (controller: ReadableStreamDefaultController) => Promise<void> | undefined,
): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  let begun = false;
  const body = new ReadableStream({
    pull(controller) {
      if (begun || bytes.length === 0) return then(controller);
      begun = true;
      controller.enqueue(bytes);
      return undefined;
    },
  });
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

function untilAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
