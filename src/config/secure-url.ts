import { isLoopback } from "../model/loopback.ts";

/**
 * True for https URLs without credentials and fragment. Plain http counts only on loopback hosts, for local development.
 */
export function isTransportSecure(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || text.includes("#")) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}
