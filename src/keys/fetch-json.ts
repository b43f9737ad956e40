/** Largest key set or metadata document that is read, in bytes. */
export const MAX_DOCUMENT_BYTES = 64 * 1024;

/**
 * Fetches a JSON document from a configured URL: no redirects, status 200, at most 64 KiB, and no cache in between whose age
 * nobody knows. Rejects with an `Error` that says what was wrong.
 *
 * @param accept media types to ask for
 * @param signal ends the request and the reading of its body
 */
export async function fetchJson(url: string, accept: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { headers: { accept }, redirect: "manual", cache: "no-store", signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new HttpStatusError(response.status);
  }
  return JSON.parse(await readText(response));
}

export class HttpStatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`answered with status ${status}`);
    this.status = status;
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let text = "";
  let bytes = 0;
  if (response.body === null) return text;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_DOCUMENT_BYTES) throw new Error(`is larger than ${MAX_DOCUMENT_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
