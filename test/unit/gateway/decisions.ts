import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { verifyToken } from "../../../src/authorize/verify-token.ts";
import { readCanonicalPath } from "../../../src/model/canonical-path.ts";
import type { AllowAnonymous, AllowBearer } from "../../../src/model/decision.ts";
import type { RevocationEvidence } from "../../../src/model/revocation.ts";
import type { RouteRule } from "../../../src/model/route-rule.ts";
import { PresentedToken, type VerifiedToken } from "../../../src/model/token.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, keysFor, settingsFor } from "../support.ts";

export const issuer = await TestIssuer.create();

/** A token with these claims, signed and verified as any other, by a guard that asks for all of them. */
export async function verified(
  claims: Record<string, unknown> = {},
  source: TokenSource = { kind: "authorization" },
): Promise<VerifiedToken> {
  const tokenSources = source.kind === "authorization" ? ["authorization"] : [{ [source.kind]: source.name }];
  const told = Object.keys(claims).map((claim, index) => ({ claim: [claim], header: `X-Claim-${index}` }));
  const settings = settingsFor({ ...configFor(issuer, { tokenSources }), identityHeaders: { claims: told } });
  const presented = new PresentedToken(await issuer.sign(issuer.claims(claims)), source);
  const result = await verifyToken(
    presented,
    settings.rules.issuers,
    await keysFor(settings),
    new TokenMemory(),
    Date.now() / 1000,
  );
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

export function routeWith(overrides: Partial<RouteRule> = {}): RouteRule {
  const [route] = settingsFor(configFor(issuer)).rules.routes;
  if (route === undefined) throw new Error("no route was configured");
  return { ...route, ...overrides };
}

export function anonymous(
  because: AllowAnonymous["because"],
  route: Partial<RouteRule> = {},
  path = "/",
): AllowAnonymous {
  return { outcome: "allow", as: "anonymous", route: routeWith(route), path: canonical(path), because };
}

export function bearer(token: VerifiedToken, route: Partial<RouteRule> = {}, path = "/"): AllowBearer {
  const revocation = { checked: true, source: "kv", asOf: 0 } as RevocationEvidence;
  return { outcome: "allow", as: "bearer", route: routeWith(route), path: canonical(path), token, revocation };
}

function canonical(text: string) {
  const path = readCanonicalPath(text);
  if (path === undefined) throw new Error(`${text} is ambiguous`);
  return path;
}
