import type { LenientToken } from "./lenient-token.ts";
import { hasUnusedBits, isName, isUtf8 } from "./token-traits.ts";
import type { Library } from "./verifiers.ts";

/** Why a library and Jotgate may say different things of a token. */
export interface Explanation {
  readonly name: string;
  readonly libraries: readonly Library[];
  /** What Jotgate says: a refusal, or that it allows what the library refuses or reports with other claims. */
  readonly jotgate: RegExp | "allow";
  readonly applies: (token: LenientToken) => boolean;
  /** Who is right, by which text. */
  readonly why: string;
}

const OAUTH = "oauth4webapi";
const AWS = "aws-jwt-verify";

/**
 * Every way in which the verifiers are known to disagree.
 *
 * @param now moment of the verification, in seconds
 * @param tolerance clock tolerance that all have, in seconds
 * @param maxLifetime what Jotgate alone is configured with, in seconds
 */
export function explanationsFor(now: number, tolerance: number, maxLifetime: number): readonly Explanation[] {
  return [
    {
      name: "a type other than at+jwt",
      libraries: [AWS],
      jotgate: /^token_type_not_accepted$/,
      applies: ({ header: { typ } }) => !/^(application\/)?at\+jwt$/i.test(`${typ}`),
      why: "RFC 9068 §4 and RFC 8725 §3.11 have the type checked; the library leaves that to its user.",
    },
    {
      name: "a type that is no text",
      libraries: [AWS],
      jotgate: /^token_malformed$/,
      applies: ({ header: { typ } }) => typ !== undefined && typeof typ !== "string",
      why: "RFC 7515 §4.1.9: a media type is a string.",
    },
    {
      name: "critical extensions",
      libraries: [AWS],
      jotgate: /^token_malformed$/,
      applies: ({ header }) => Object.hasOwn(header, "crit"),
      why: "RFC 7515 §4.1.11: what is critical and not understood has to be refused. The library overlooks it.",
    },
    {
      name: "an unencoded payload",
      libraries: [OAUTH, AWS],
      jotgate: /^token_malformed$/,
      applies: ({ header: { b64 } }) => b64 !== undefined && b64 !== true,
      why: "RFC 7797 §7: a JWT must not have b64 false. The libraries overlook the parameter.",
    },
    {
      name: "octets that are no UTF-8",
      libraries: [OAUTH, AWS],
      jotgate: /^token_malformed$/,
      applies: ({ octets }) => octets.some((bytes) => !isUtf8(bytes)),
      why: "RFC 7519 §7.2: header and claims are UTF-8. The libraries put replacement characters into what was signed.",
    },
    {
      name: "a byte order mark",
      libraries: [OAUTH, AWS],
      jotgate: /^token_malformed$/,
      applies: ({ octets }) =>
        octets.some(([first, second, third]) => first === 0xef && second === 0xbb && third === 0xbf),
      why: "RFC 8259 §8.1: JSON has none, and a parser may but need not ignore one.",
    },
    {
      name: "padding",
      libraries: [OAUTH, AWS],
      jotgate: /^(token|credentials)_malformed$/,
      applies: ({ text }) => text.includes("="),
      why: "RFC 7515 §2: base64url without padding. With it, one token has several texts.",
    },
    {
      name: "unused bits",
      libraries: [OAUTH, AWS],
      jotgate: /^token_malformed$/,
      applies: ({ segments }) => segments.some(hasUnusedBits),
      why: "RFC 4648 §3.5 lets decoders refuse them. With them, one token has several texts.",
    },
    {
      name: "white space in a signature",
      libraries: [OAUTH],
      jotgate: /^credentials_malformed$/,
      applies: ({ text }) => /\s/.test(text),
      why: "RFC 7515 §2: base64url has none, and RFC 6750 §2.1 no token either.",
    },
    {
      name: "a very long token",
      libraries: [OAUTH, AWS],
      jotgate: /^token_too_large$/,
      applies: ({ text }) => text.length > 16 * 1024,
      why: "Jotgate bounds what it decodes for somebody who has not proved anything.",
    },
    {
      name: "the very second of expiry",
      libraries: [AWS],
      jotgate: /^token_expired$/,
      applies: ({ claims: { exp } }) => exp === now - tolerance,
      why: 'RFC 7519 §4.1.4: not accepted "on or after" that time. The library is a second late.',
    },
    {
      name: "a token without the claims of an access token",
      libraries: [AWS],
      jotgate: /^claim_missing: (exp|iat|sub|jti|client_id)$/,
      applies: ({ claims }) => ["exp", "iat", "sub", "jti", "client_id"].some((name) => !Object.hasOwn(claims, name)),
      why: "RFC 9068 §2.2 requires them. Without exp, a token of the library's never ends.",
    },
    {
      name: "issued in the future",
      libraries: [OAUTH, AWS],
      jotgate: /^token_not_yet_valid$/,
      applies: ({ claims: { iat } }) => Number(iat) - tolerance > now,
      why: "RFC 7519 §4.1.6 asks for no check; for Jotgate such a token would outrun the revocations of its time.",
    },
    {
      name: "a long life",
      libraries: [OAUTH, AWS],
      jotgate: /^lifetime_too_long$/,
      applies: ({ claims: { iat, exp } }) => Number(exp) - Number(iat) > maxLifetime,
      why: "Revocation records live as long as tokens may; the libraries know no such limit.",
    },
    {
      name: "times without end",
      libraries: [OAUTH],
      jotgate: /^claim_invalid: (exp|nbf|iat)$/,
      applies: ({ claims: { exp, nbf, iat } }) => [exp, nbf, iat].some((time) => Math.abs(Number(time)) === Infinity),
      why: "RFC 7519 §2: a NumericDate is a number of seconds, which 1e999 is not: in JavaScript it never passes.",
    },
    {
      name: "times before 1970",
      libraries: [OAUTH, AWS],
      jotgate: /^claim_invalid: (exp|nbf|iat)$/,
      applies: ({ claims: { exp, nbf, iat } }) => [exp, nbf, iat].some((time) => Number(time) < 0),
      why: "RFC 7519 §2 does not rule them out; nothing issues such tokens.",
    },
    {
      name: "names that name nobody",
      libraries: [OAUTH, AWS],
      jotgate: /^claim_invalid: (sub|jti|client_id|azp|sid)$/,
      applies: ({ claims: { sub, jti, client_id, azp, sid } }) =>
        [sub, jti, client_id, azp, sid].some((name) => typeof name === "string" && !isName(name)),
      why: "Empty, over 512 bytes, with control characters or half a surrogate pair: no revocation could be kept for it.",
    },
    {
      name: "names that are no text",
      libraries: [OAUTH, AWS],
      jotgate: /^claim_invalid: (client_id|azp|sid)$/,
      applies: ({ claims: { client_id, azp, sid } }) =>
        [client_id, azp, sid].some((name) => name !== undefined && typeof name !== "string"),
      why: "RFC 8693 §4.3 and OpenID Connect make them strings. The libraries do not look at azp and sid.",
    },
    {
      name: "scopes that cannot be read",
      libraries: [OAUTH, AWS],
      jotgate: /^claim_invalid: scope$/,
      applies: ({ claims: { scope } }) => !(typeof scope === "string" && scope.isWellFormed()),
      why: "RFC 8693 §4.2: text. What cannot be read must not be taken for no scope, nor sent on.",
    },
    {
      name: "bound to a key",
      libraries: [OAUTH, AWS],
      jotgate: /^claim_invalid: cnf$/,
      applies: ({ claims }) => Object.hasOwn(claims, "cnf"),
      why: "RFC 9449 §7.2: no bearer token. oauth4webapi lets an empty cnf pass, aws-jwt-verify any.",
    },
    {
      name: "an audience that is not all text",
      libraries: [OAUTH],
      jotgate: /^claim_invalid: aud$/,
      applies: ({ claims: { aud } }) => Array.isArray(aud) && aud.some((value) => typeof value !== "string"),
      why: "RFC 7519 §4.1.3: an array of strings.",
    },
    {
      name: "no kid",
      libraries: [AWS],
      jotgate: "allow",
      applies: ({ header }) => !Object.hasOwn(header, "kid"),
      why: "RFC 7515 §4.1.4: optional. Jotgate takes the only key for the algorithm; the library needs a name.",
    },
    {
      name: "scopes in a list",
      libraries: [AWS],
      jotgate: "allow",
      applies: ({ claims: { scope } }) => Array.isArray(scope),
      why: "Not RFC 8693 §4.2, but what several providers send.",
    },
    {
      name: "an algorithm that the library does not know",
      libraries: [AWS],
      jotgate: "allow",
      applies: ({ header: { alg } }) => alg === "PS256" || alg === "Ed25519",
      why: "RFC 7518 §3.5 and RFC 9864 §2.2 define them.",
    },
    {
      name: "a key whose alg is Ed25519",
      libraries: [OAUTH],
      jotgate: "allow",
      applies: ({ header: { alg } }) => alg === "Ed25519",
      why: "workerd imports no JWK with this alg (RFC 9864 §2.2). Jotgate shows it the numbers of the key alone.",
    },
    {
      name: "members named like parts of an object",
      libraries: [AWS],
      jotgate: "allow",
      applies: ({ claims }) => ["__proto__", "constructor"].some((name) => Object.hasOwn(claims, name)),
      why: "The library takes them out of the claims. Jotgate keeps them, as own members that nothing reads by chance.",
    },
  ];
}
