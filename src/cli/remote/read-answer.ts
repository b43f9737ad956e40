/** A page of a thousand records with the longest texts is under 2 MB. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The JSON of an answer; undefined when it is none, or is larger than any guard's.
 *
 * @throws what the connection fails with
 */
export async function readAnswer(response: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let [text, length] = ["", 0];
  // Leaving the loop gives the rest of the body up.
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    return undefined;
  }
}
