import { parseToken, type TokenHeader, type UnverifiedToken } from "../authorize/parse-token.ts";
import { readCanonicalPath } from "../model/canonical-path.ts";
import { readClaim } from "../model/claims.ts";
import { KEY_REJECTIONS } from "../model/key-rejection.ts";
import { foldPath, matchesPath, resemblesPath, resemblesWithSuffix } from "../model/path-pattern.ts";
import type { RouteRule } from "../model/route-rule.ts";
import { PresentedToken } from "../model/token.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { explainClaims } from "./explain-claims.ts";
import { explainPermission } from "./explain-permission.ts";
import { explainRevocation } from "./explain-revocation.ts";
import { nameRoute } from "./name-route.ts";
import type { Observation } from "./observation.ts";
import type { ObservedKeys } from "./observed-keys.ts";
import { nameSource } from "./place-token.ts";
import { printable } from "./printable.ts";
import { type Fact, STEPS, type Step, type StepName, stepOf } from "./step.ts";

/** The steps that led to the decision, up to the one that refused, each with what it compared. */
export function explainDecision(observation: Observation): readonly Step[] {
  const { decision, examined, revocations } = observation;
  const held = examined?.holds === true;
  const refusedAt = decision.outcome === "allow" ? undefined : stepOf(decision.refusal, held);
  const last =
    refusedAt ??
    (decision.outcome === "allow" && decision.as === "anonymous" ? anonymousEnd(decision.because) : "identity");
  const names = STEPS.slice(0, STEPS.indexOf(last) + 1);
  return names.map((step) => {
    const looked = step !== "revocation" || revocations.from !== "not_looked_at";
    const verdict = step === refusedAt ? "refused" : looked ? "passed" : "unchecked";
    const verified = STEPS.indexOf(step) > STEPS.indexOf("signature");
    return { step, verdict, verified, facts: factsOf(step, observation) };
  });
}

/** Public routes and preflights end before a token is looked for. */
function anonymousEnd(because: "public" | "preflight" | "optional"): StepName {
  return because === "optional" ? "token" : "transport";
}

function factsOf(step: StepName, observation: Observation): readonly Fact[] {
  const { decision, request, keys, identity } = observation;
  const { route } = decision;
  const parsed = parse(observation);
  const claims = parsed?.unverifiedClaims ?? {};
  const iss = readClaim(claims, ["iss"]);
  const issuer = typeof iss === "string" ? observation.rules.issuers.get(iss) : undefined;
  switch (step) {
    case "route":
      return explainRoute(observation);
    case "transport":
      return [{ what: "scheme", found: request.scheme, wanted: HTTPS[route?.requireHttps ?? "always"] }];
    case "token":
      return explainToken(observation, route);
    case "form":
      return explainForm(observation, parsed);
    case "issuer":
      return [
        {
          what: "iss",
          found: printable(iss),
          wanted: [...observation.rules.issuers.keys()].join(", "),
        },
      ];
    case "header":
      return issuer && parsed ? explainHeader(parsed.header, issuer, observation) : [];
    case "key":
      return keys === undefined ? [] : explainKeys(keys, parsed);
    case "signature":
      return [{ what: "signature", found: observation.examined?.holds ? "holds" : "does not hold" }];
    case "claims":
      return issuer ? explainClaims(claims, issuer, observation.now) : [];
    case "revocation":
      return explainRevocation(observation, claims);
    case "permission":
      return explainPermission(observation, claims, issuer);
    case "identity":
      return identity.map(([name, value]) => ({ what: name, found: printable(value) }));
  }
}

const HTTPS = {
  always: "https",
  remote: "https, except on loopback hosts",
  redirect: "https (redirects)",
  never: "anything",
} as const;

function explainRoute({ decision, request, rules }: Observation): readonly Fact[] {
  const asked = `${request.method} ${printable(request.path)}`;
  if (decision.route !== undefined) return [{ what: asked, found: nameRoute(decision.route, rules.routes) }];
  const path = readCanonicalPath(request.path);
  if (path === undefined) return [{ what: asked, found: "has more than one reading" }];
  const folded = foldPath(path);
  return rules.routes.map((route) => {
    const isAlike = resemblesPath(route.path, folded) || resemblesWithSuffix(route.path, folded);
    const lookalike = isAlike ? "looks alike" : "other path";
    // One that speaks for the request was not reached, because an earlier one looks alike.
    const matching = route.methods?.has(request.method) === false ? "other method" : "comes after";
    const wanted = matchesPath(route.path, path) ? matching : lookalike;
    return { what: asked, found: nameRoute(route, rules.routes), wanted };
  });
}

function explainToken(observation: Observation, route: RouteRule | undefined): readonly Fact[] {
  const sources = (route?.tokenSources ?? []).map(nameSource).join(", ");
  return [
    { what: "access", found: route?.access ?? "unknown" },
    {
      what: "token",
      found: placeOf(observation),
      wanted: sources,
    },
  ];
}

function explainForm(observation: Observation, parsed: UnverifiedToken | undefined): readonly Fact[] {
  if (parsed === undefined) {
    const text = textOf(observation);
    return [
      { what: "length", found: String(text?.length ?? 0), wanted: "at most 16384" },
      { what: "segments", found: String(text?.split(".").length ?? 0), wanted: "3" },
    ];
  }
  return [
    { what: "alg", found: printable(parsed.header.algorithm) },
    { what: "kid", found: printable(parsed.header.keyId) },
    { what: "typ", found: printable(parsed.header.type) },
  ];
}

function explainHeader(header: TokenHeader, issuer: TrustedIssuer, { judged, token }: Observation): readonly Fact[] {
  return [
    { what: "typ", found: printable(header.type), wanted: issuer.acceptedTypes.join(", ") },
    { what: "alg", found: printable(header.algorithm), wanted: issuer.algorithms.join(", ") },
    {
      what: "source",
      found: judged === token?.text && token ? nameSource(token.source) : "among the headers",
      wanted: issuer.tokenSources.map(nameSource).join(", "),
    },
  ];
}

function explainKeys(keys: ObservedKeys, parsed: UnverifiedToken | undefined): readonly Fact[] {
  const facts: Fact[] = [{ what: "keys", found: keys.failure ?? "there", wanted: `from ${keys.from}` }];
  if (keys.failure !== undefined) return facts;
  const ids = keys.keyIds?.map((id) => printable(id ?? "(no kid)")).join(", ") ?? "one of the keys";
  facts.push({
    what: "kid",
    found: printable(parsed?.header.keyId),
    wanted: ids === "" ? "no key that can verify" : ids,
  });
  for (const { index, why } of keys.rejected)
    facts.push({ what: `keys[${index}]`, found: `cannot be used: it ${KEY_REJECTIONS[why]}` });
  return facts;
}

/** For showing only: what authorize() made of the token is in the decision. */
function parse(observation: Observation): UnverifiedToken | undefined {
  const text = textOf(observation);
  const parsed = text === undefined ? undefined : parseToken(new PresentedToken(text, { kind: "authorization" }));
  return parsed?.ok ? parsed.value : undefined;
}

/** What the guard judged; it may have found another token among the headers than the one that was given with them. */
function textOf({ judged, token }: Observation): string | undefined {
  return judged ?? token?.text;
}

/** Where that stood. */
function placeOf({ judged, token }: Observation): string {
  if (judged !== undefined && judged !== token?.text) return "among the headers";
  return token === undefined ? "none was given" : `in ${nameSource(token.source)}`;
}
