import type { ForwardingRules, IdentityHeaders, OriginAddress } from "../model/forwarding.ts";
import type { TokenSource } from "../model/token-source.ts";
import type { guardSchema, identityHeadersSchema } from "./config-schema.ts";
import type { FaultList } from "./fault-list.ts";
import type { OutputOf } from "./form.ts";

/** Completes what concerns the origin and reports identity headers that would overwrite each other. */
export function decodeForwarding(
  config: OutputOf<typeof guardSchema>,
  origin: OriginAddress,
  credentialSources: readonly TokenSource[],
  list: FaultList,
): ForwardingRules {
  const identityHeaders = decodeHeaders(config.identityHeaders, credentialSources, list);
  return { origin, originTimeout: config.originTimeout, identityHeaders, credentialSources };
}

function decodeHeaders(
  config: OutputOf<typeof identityHeadersSchema>,
  sources: readonly TokenSource[],
  list: FaultList,
): IdentityHeaders {
  const claims = config.claims.map(({ claim, header }, index) => {
    const name = header ?? `X-Jotgate-Claim-${claim.at(-1)}`;
    if (!/^[A-Za-z0-9-]+$/.test(name)) {
      list.add(["identityHeaders", "claims", index], "noHeaderName");
    }
    return { claim, header: name };
  });
  const { subject, issuer, scope, client } = config;
  const names = [subject, issuer, scope, client, ...claims.map(({ header }) => header)].flatMap((name) =>
    name === false ? [] : name.toLowerCase(),
  );
  names.push(...sources.flatMap((source) => (source.kind === "header" ? [source.name] : [])));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    list.add(["identityHeaders"], "headerTwice", repeated);
  }
  return { subject, issuer, scope, client, claims };
}
