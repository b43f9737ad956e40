// What a token says when it is read as leniently as can be: to tell why verifiers disagree, not whether it is good.

export interface LenientToken {
  readonly text: string;
  readonly segments: readonly string[];
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Octets of header and payload. */
  readonly octets: readonly Uint8Array[];
}

export function readLeniently(text: string): LenientToken {
  const segments = text.split(".");
  const octets = segments.slice(0, 2).map(decode);
  const [header = {}, claims = {}] = octets.map(parse);
  return { text, segments, header, claims, octets };
}

function decode(segment: string): Uint8Array {
  const base64 = segment.replaceAll("-", "+").replaceAll("_", "/").replace(/[\s=]/g, "");
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function parse(octets: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(octets));
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
