import { isObject } from "../model/json-values.ts";
import { malformed } from "./answers.ts";
import { problem } from "./problem.ts";

/** A JSON object that nobody has looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object in a request's body, or the answer to a request that has none. */
export async function readObject(request: Request): Promise<Fields | Response> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers.get("content-type") ?? "")) {
    return problem("unsupported_media_type");
  }
  const parsed: unknown = await request.json().catch(() => undefined);
  return isObject(parsed) ? parsed : malformed("body", "Send one JSON object.");
}
