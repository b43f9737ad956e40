import type { KeyOrigin } from "../model/key-origin.ts";
import { normaliseTokenType } from "../model/token-type.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { parseSecureUrl } from "../platform/secure-url.ts";
import type { issuerSchema } from "./config-schema.ts";
import { type Environment, readSharedSecret } from "./environment.ts";
import type { SettingPath } from "./fault.ts";
import type { FaultList } from "./fault-list.ts";
import type { OutputOf } from "./form.ts";
import { decodeTokenSources } from "./token-sources.ts";

type CompleteIssuer = OutputOf<typeof issuerSchema>;

/** Types of tokens that are never access tokens (RFC 8725 §3.12): logout tokens, DPoP proofs, security events. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set(["logout+jwt", "dpop+jwt", "secevent+jwt"]);

/**
 * Completes one issuer and reports its contradictions.
 *
 * @param at where it stands in the configuration
 * @param claimsInUse what will be asked for of its tokens; it may still be filled in
 */
export function decodeIssuer(
  config: CompleteIssuer,
  at: SettingPath,
  claimsInUse: ReadonlySet<string>,
  env: Environment,
  list: FaultList,
): TrustedIssuer {
  const acceptedTypes = (config.acceptedTypes ?? ["absent", "JWT", "at+jwt"]).map(normaliseTokenType);
  const forbidden = acceptedTypes.find((type) => NEVER_ACCEPTED.has(type));
  if (forbidden !== undefined) {
    list.add([...at, "acceptedTypes"], "neverAccepted", forbidden);
  }
  const duplicate = config.algorithms.find((algorithm, at) => config.algorithms.indexOf(algorithm) !== at);
  if (duplicate !== undefined) {
    list.add([...at, "algorithms"], "algorithmTwice", duplicate);
  }
  const { jwksUri: _uri, discovery: _found, sharedSecret: _secret, ...rest } = config;
  return {
    ...rest,
    keys: decodeKeyOrigin(config, at, env, list),
    acceptedTypes,
    requiredClaims: config.requiredClaims ?? [],
    tokenSources: decodeTokenSources(config.tokenSources, [...at, "tokenSources"], list),
    claimsInUse,
  };
}

function decodeKeyOrigin(config: CompleteIssuer, at: SettingPath, env: Environment, list: FaultList): KeyOrigin {
  const { jwksUri, discovery, keys, sharedSecret } = config;
  if ([jwksUri, discovery, keys, sharedSecret].filter((origin) => origin !== undefined).length !== 1) {
    list.add(at, "keyOrigins");
  }
  const symmetric = config.algorithms.filter((algorithm) => algorithm.startsWith("HS"));
  if (sharedSecret !== undefined) {
    const [algorithm] = symmetric;
    if (algorithm === undefined || config.algorithms.length !== 1) {
      list.add([...at, "algorithms"], "secretAlgorithm");
      return { kind: "secret", secret: new Uint8Array() };
    }
    return { kind: "secret", secret: readSharedSecret(sharedSecret, algorithm, env, list, [...at, "sharedSecret"]) };
  }
  if (symmetric[0] !== undefined) {
    list.add([...at, "algorithms"], "noSecretShared", symmetric[0]);
  }
  if (jwksUri !== undefined) {
    if (parseSecureUrl(jwksUri) === undefined) {
      list.add([...at, "jwksUri"], "insecure");
    }
    return { kind: "jwks", uri: jwksUri };
  }
  if (keys !== undefined) return { kind: "static", keys };
  if (discovery !== undefined && (parseSecureUrl(config.issuer) === undefined || config.issuer.includes("?"))) {
    list.add([...at, "issuer"], "noDiscovery");
  }
  return { kind: "discovery" };
}
