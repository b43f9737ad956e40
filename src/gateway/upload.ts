/** A request body on its way to the origin, and when it has got there. */
export interface Upload {
  readonly body: ReadableStream;
  /** Resolves when the body was passed on, or will not be; never rejects. */
  readonly ended: Promise<void>;
  /**
   * Ends the request to the origin. Aborted when the body broke off at the client: else what there is of it would reach the
   * origin as a whole message (RFC 9112 §8).
   */
  readonly ending: AbortController;
}

/** Milliseconds in which an origin that hung up is known to have done so: a body breaks off with it as it does with a client. */
const ORIGIN_FIRST = 100;

/**
 * Lets a request's body pass through a stream that tells when it ended, so that an origin which answers after the upload is
 * given its time from then on. The bytes themselves never reach JavaScript. Undefined for requests without an upload.
 */
export function watchUpload(request: Request): Upload | undefined {
  // The body of a GET cannot be replaced; it goes on as it is.
  if (request.method === "GET" || request.method === "HEAD" || request.body === null) return undefined;
  const { body, headers } = request;
  const length = Number(headers.get("content-length") ?? Number.NaN);
  // With a length the body stays one of known length; without, it goes on in chunks.
  const { readable, writable } = Number.isSafeInteger(length)
    ? new FixedLengthStream(length)
    : new IdentityTransformStream();
  const ending = new AbortController();
  const breakOff = async () => {
    await scheduler.wait(ORIGIN_FIRST);
    ending.abort();
  };
  // What broke off cannot be cancelled; what the origin did not want to read any further can. Without an abort the origin is
  // not told yet: its request fails by itself if it was the origin, and by ours if it was the client.
  const passed = body.pipeTo(writable, { preventCancel: true, preventAbort: true }).catch(() => body.cancel());
  return { body: readable, ended: passed.catch(breakOff), ending };
}
