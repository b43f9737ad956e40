import { readClaim } from "../model/claims.ts";
import type { IdentityHeaders } from "../model/forwarding.ts";
import type { VerifiedToken } from "../model/token.ts";

/** Longest value of one identity header, in characters; many servers refuse header lines beyond 8 KiB. */
const MAX_VALUE_LENGTH = 4096;

/** Header names and values. */
export type IdentityValues = readonly (readonly [name: string, value: string])[];

/**
 * The headers that tell the origin who calls. Values are percent-encoded UTF-8, which the origin decodes: two texts never share
 * a spelling, and nothing in them is trimmed, folded or split on the way. Subject, issuer, scope and client are always text. A
 * claim of another type is JSON, which shares its spelling with the text of that JSON: `true` with `"true"`.
 *
 * @returns undefined when a value is too long for a header or is not Unicode text; cut or mended it could be another's
 */
export function writeIdentity(token: VerifiedToken, names: IdentityHeaders): IdentityValues | undefined {
  const values: (readonly [string, string])[] = [];
  const write = (name: string | false, value: string | undefined) => {
    if (name !== false && value !== undefined) values.push([name, encode(value)]);
  };
  write(names.subject, token.subject);
  write(names.issuer, token.issuer.issuer);
  write(names.scope, token.scopes.join(" "));
  write(names.client, token.client);
  for (const { claim, header } of names.claims) {
    const value = readClaim(token.claims, claim);
    if (value === undefined) continue;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (!text.isWellFormed()) return undefined;
    write(header, text);
  }
  return values.every(([, value]) => value.length <= MAX_VALUE_LENGTH) ? values : undefined;
}

/** Leaves visible ASCII as it is, apart from the percent sign and the comma, which joins repeated fields. */
function encode(value: string): string {
  return value.replace(/[^\x21-\x24\x26-\x2b\x2d-\x7e]+/g, encodeURIComponent);
}
