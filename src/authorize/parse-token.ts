import type { ClaimsSet } from "../model/claims.ts";
import { isIdentifierSized, MAX_TOKEN_LENGTH } from "../model/limits.ts";
import { pass, type Result, refuse } from "../model/result.ts";
import type { PresentedToken } from "../model/token.ts";
import { normaliseTokenType } from "../model/token-type.ts";
import { decodeObject } from "./decode-object.ts";

/** What counts of a JOSE header. */
export interface TokenHeader {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /** Lower-case media type without `application/`; `absent` when the header has none. */
  readonly type: string;
}

/** A well-formed JWS whose content nobody vouches for. */
export interface UnverifiedToken {
  readonly header: TokenHeader;
  /** The one parse of the payload: these become the claims once the signature held. */
  readonly unverifiedClaims: ClaimsSet;
}

/**
 * Reads a JWS in compact serialization (RFC 7515 §7.1) by shape alone: three non-empty base64url segments in their only
 * spelling (RFC 4648 §3.5), header and payload JSON objects in UTF-8 without a byte order mark.
 *
 * - `token_too_large`, before anything else is looked at
 * - `token_malformed` also for encrypted tokens (five segments), for any `crit` (no extension is understood) and for an
 *   unencoded payload (`b64`, which JWTs must not use: RFC 7797 §7)
 */
export function parseToken(token: PresentedToken): Result<UnverifiedToken> {
  const text = token.reveal();
  if (text.length > MAX_TOKEN_LENGTH) return refuse({ reason: "token_too_large" });
  if (!COMPACT_JWS.test(text)) return MALFORMED;
  const segments = text.split(".");
  if (!segments.every(isCanonicalBase64url)) return MALFORMED;
  const [first = "", second = ""] = segments;
  const header = readHeader(first);
  const unverifiedClaims = header && decodeObject(second);
  return header && unverifiedClaims ? pass({ header, unverifiedClaims }) : MALFORMED;
}

const MALFORMED = refuse({ reason: "token_malformed" });

/** Undefined when it is malformed. */
function readHeader(segment: string): TokenHeader | undefined {
  const { alg, kid, typ, b64, crit } = decodeObject(segment) ?? {};
  if (crit !== undefined || typeof alg !== "string") return undefined;
  if (b64 !== undefined && b64 !== true) return undefined;
  if (kid !== undefined && (typeof kid !== "string" || !isIdentifierSized(kid))) return undefined;
  if (typ !== undefined && typeof typ !== "string") return undefined;
  return { algorithm: alg, keyId: kid, type: readType(typ) };
}

const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** What a segment may end in, by what is left of its length divided by four: the unused bits of its last character are zero. */
const ENDS = ["", "", "AQgw", "AEIMQUYcgkosw048"] as const;

/** One octet string, one spelling. */
function isCanonicalBase64url(segment: string): boolean {
  const left = segment.length % 4;
  return left === 0 || ENDS[left as 1 | 2 | 3].includes(segment.slice(-1));
}

function readType(typ: string | undefined): string {
  if (typ === undefined) return "absent";
  const type = normaliseTokenType(typ);
  // A header that spells our word for none has a type all the same, and no issuer accepts it in this form.
  return type === "absent" ? "application/absent" : type;
}
