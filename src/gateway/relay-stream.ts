/** An event stream that passes through the guard. */
export interface StreamRelay {
  /** For the response to the client. */
  readonly body: ReadableStream;
  /** Breaks the stream off towards the client and cancels it towards the origin. */
  close(): void;
}

/**
 * Lets a response body pass through a stream that can be broken off, at any moment and whatever either end is doing: `pipeTo`
 * heeds its signal only between two chunks when the body comes from within the runtime.
 *
 * It breaks off rather than ends: what the client has is incomplete and must not pass for complete, a length or an encoding
 * would belie an end, and an end would wait behind a reader that does not read.
 *
 * @param length of the body in bytes where it is known; the response keeps it
 * @param onEnd called when the stream ended, failed or was cancelled
 */
export function relayStream(body: ReadableStream, length: number | undefined, onEnd: () => void): StreamRelay {
  const { readable, writable } = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  const reader = body.getReader();
  const writer = writable.getWriter();
  const breakOff = (error: unknown) => {
    onEnd();
    for (const ended of [reader.cancel(error), writer.abort(error)]) ended.catch(() => {});
  };
  const pump = async () => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) await writer.write(read.value);
    await writer.close();
    onEnd();
  };
  pump().catch(breakOff);
  return { body: readable, close: () => breakOff(new Error("The connection's token is no longer good.")) };
}
