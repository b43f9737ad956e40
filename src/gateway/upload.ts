/** A request body on its way to the origin, and when it has got there. */
export interface Upload {
  readonly body: ReadableStream;
  /** Resolves when the body was passed on, or will not be; never rejects. */
  readonly ended: Promise<void>;
  /**
   * Aborted when the body broke off at the client. Whoever passes it on has to end the request then: else what there is of it
   * would reach the origin as a whole message (RFC 9112 §8).
   */
  readonly broken: AbortSignal;
}

/**
 * Lets a request's body pass through a stream that tells when it ended, so that an origin which answers after the upload is
 * given its time from then on. The bytes themselves never reach JavaScript. Undefined for requests without an upload.
 */
export function watchUpload({ method, body, headers }: Request): Upload | undefined {
  // The body of a GET cannot be replaced; it goes on as it is.
  if (body === null || method === "GET" || method === "HEAD") return undefined;
  const length = Number(headers.get("content-length") ?? Number.NaN);
  // With a length the body stays one of known length; without, it goes on in chunks.
  const { readable, writable } = Number.isSafeInteger(length)
    ? new FixedLengthStream(length)
    : new IdentityTransformStream();
  const breaking = new AbortController();
  // What broke off cannot be cancelled; what the origin did not want to read any further can.
  const ended = body.pipeTo(writable, { preventCancel: true }).catch(() => body.cancel());
  return { body: readable, ended: ended.catch(() => breaking.abort()), broken: breaking.signal };
}
