import { isLoopback } from "../model/loopback.ts";

/**
 * The URL when it is https, without credentials and fragment. Plain http counts only on loopback hosts, for local development.
 */
export function parseSecureUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || text.includes("#")) return undefined;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)) ? url : undefined;
}
