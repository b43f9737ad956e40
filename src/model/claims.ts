import { isObject } from "./json-values.ts";

/** A JWT's claims set (RFC 7519 §4) as parsed. Read members with {@link readClaim}, never through the prototype. */
export type ClaimsSet = Readonly<Record<string, unknown>>;

/** Steps into a claims set. A list, because claim names may themselves contain dots, slashes and whole URLs. */
export type ClaimPath = readonly string[];

/** Value at `path`, or undefined when any step is absent or is not a JSON object. Own members only. */
export function readClaim(claims: ClaimsSet, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = value[name];
  }
  return value;
}
