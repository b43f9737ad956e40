import type { ClaimsSet } from "../model/claims.ts";
import { isObject } from "../model/json-values.ts";

// Pure functions that every runtime has. This folder is compiled without a platform's types, so they are named here.
declare function atob(base64: string): string;
declare const TextDecoder: new (
  encoding: "utf-8",
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(octets: Uint8Array): string };

/**
 * The JSON object (RFC 8259) that a segment of base64url holds.
 *
 * @param segment without padding, in its only spelling: this function does not refuse other ones
 * @returns undefined when there is none: not UTF-8, a byte order mark, no JSON, or JSON that is no object
 */
export function decodeObject(segment: string): ClaimsSet | undefined {
  try {
    const octets = atob(segment.replaceAll("-", "+").replaceAll("_", "/"));
    if (!isBraced(octets.trim())) return undefined;
    // Nearly all tokens are ASCII, where characters are octets already.
    const value: unknown = JSON.parse(BEYOND_ASCII.test(octets) ? decodeUtf8(octets) : octets);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Spares a flood of cut or random segments the parser's exceptions, which take longer than all the rest. */
function isBraced(text: string): boolean {
  return text.startsWith("{") && text.endsWith("}");
}

const BEYOND_ASCII = /[\x80-\xff]/;

/** Keeps a byte order mark, which JSON does not have: were it skipped, one content would have two spellings. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUtf8(octets: string): string {
  const bytes = new Uint8Array(octets.length);
  for (let i = 0; i < octets.length; i++) bytes[i] = octets.charCodeAt(i);
  return utf8.decode(bytes);
}
