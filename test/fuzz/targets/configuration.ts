import { isDeepStrictEqual } from "node:util";
import { matchRoute } from "../../../src/authorize/match-route.ts";
import { configFromVars, variableOf } from "../../../src/config/config-from-vars.ts";
import { decodeConfig } from "../../../src/config/decode-config.ts";
import { explainFaults } from "../../../src/config/explain-faults.ts";
import { faultsOfKeys } from "../../../src/config/key-faults.ts";
import { createKeyRing, KeyRing } from "../../../src/keys/key-ring.ts";
import type { Problem } from "../../../src/model/problem.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { ENVIRONMENT, requestOf } from "./guard.ts";

const KEY = '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}';
const ISSUER = '{"issuer":"https://a.example","audiences":["b"],"algorithms":["EdDSA"]';

/** Settings by their names, and some of their values. */
export const SETTINGS: readonly string[] = [
  ..."origin requireHttps realm identityHeaders originTimeout originAssertion issuers routes stalenessBound scanInterval".split(
    " ",
  ),
  ..."auditRetention operators operatorIssuer operatorAccess selfRevocation issuer audiences algorithms jwksUri discovery".split(
    " ",
  ),
  ..."keys sharedSecret acceptedTypes requiredClaims clients maxLifetime maxAge clockTolerance tokenIdClaim sessionIdClaim".split(
    " ",
  ),
  ..."subjectClaim tokenVersionClaim scopeClaim tokenSources path methods access scopes anyOfScopes claims passPreflight".split(
    " ",
  ),
  ..."onUnknownRevocation revocation onStaleMirror forwardToken claim equals oneOf contains exists header cookie binding".split(
    " ",
  ),
  ..."public bearer optional redirect authorization bounded strict kv deny allow HMAC ORIGIN HS256 EdDSA ES256 GET HEAD TRACE".split(
    " ",
  ),
  ..."https://a.example http://localhost:8787 http://a.example /* /a/* /a/:id /a/%2e /_jotgate/x subject scope team roles email".split(
    " ",
  ),
];

/** A configuration as JSON. */
export const configuration: Target = {
  name: "configuration",
  about: "configurations of createJotgate, and the same as variables of a Worker",
  seeds: [
    `{"origin":"https://o.example","issuers":[${ISSUER},"keys":[${KEY}]}],"routes":[{"path":"/*","access":"bearer"}]}`,
    `{"origin":{"binding":"ORIGIN"},"requireHttps":"redirect","realm":"r","identityHeaders":{"subject":"X-User","claims":[{"claim":"a"}]},"issuers":[${ISSUER},"discovery":true,"tokenSources":["authorization",{"header":"X-A"},{"cookie":"c"}],"maxAge":60,"clients":["a"]}],"routes":[{"path":"/a/:id","methods":["GET"],"access":"optional","scopes":["a"],"anyOfScopes":["b","c"],"claims":[{"claim":["a","b"],"contains":"x"}],"revocation":"strict","onStaleMirror":"kv"},{"path":"/b/*","access":"public","passPreflight":true}]}`,
    `{"origin":"https://o.example","requireHttps":false,"stalenessBound":5,"operators":[{"name":"a","role":"admin","secretHash":"${"0".repeat(64)}"}],"issuers":[{"issuer":"i","audiences":false,"algorithms":["HS256"],"sharedSecret":"HMAC","tokenIdClaim":false}],"routes":[{"path":"/","access":"bearer","claims":[{"claim":"a","exists":true}],"onUnknownRevocation":"allow","forwardToken":true}]}`,
    "{}",
    "[]",
  ],
  words: SETTINGS,
  work: { base: 10_000, perCharacter: 60 },

  async run(input) {
    const config = parse(input);
    const outcomes = new Set<string>();
    for (const env of [ENVIRONMENT_WITHOUT_LEDGER, ENVIRONMENT_WITH_LEDGER]) {
      const decoded = decodeConfig(config, env);
      demand(isDeepStrictEqual(decodeConfig(structuredClone(config), env), decoded), "Decoded again it is different.");
      if (!decoded.ok) demandProblems(decoded.problems);
      const issuers = decoded.ok ? decoded.settings.rules.issuers : decoded.issuers;
      const keys = await createKeyRing(issuers.values());
      if (!(keys instanceof KeyRing)) {
        const faults = faultsOfKeys(keys, ({ issuer }) => ["issuers", issuer]);
        demandProblems(explainFaults(faults, (setting) => setting));
      }
      outcomes.add(decoded.ok ? "right" : outcomeOf(decoded.problems[0]));
      if (!decoded.ok) continue;
      const { rules } = decoded.settings;
      demand(rules.routes.length === (config as { routes: unknown[] }).routes.length, "A route is lost.");
      demand(rules.issuers.size === (config as { issuers: unknown[] }).issuers.length, "An issuer is lost.");
      for (const route of rules.routes) {
        demand(route.access === "public" || route.tokenSources.length > 0, "A route has no place for tokens.");
        const [method = "GET"] = route.methods ?? [];
        matchRoute(requestOf(method, route.path.text, []), rules.routes);
      }
      demandSameFromVariables(config as Record<string, unknown>, decoded, env);
    }
    return [...outcomes].join(" / ");
  },
};

const ENVIRONMENT_WITHOUT_LEDGER = { ...ENVIRONMENT, ORIGIN: { fetch: () => undefined }, ASSERTION_KEY: "{}" };
const ENVIRONMENT_WITH_LEDGER = { ...ENVIRONMENT_WITHOUT_LEDGER, LEDGER: { idFromName: () => undefined } };

/** What is right as an object is right as variables, and means the same. */
function demandSameFromVariables(
  config: Record<string, unknown>,
  decoded: unknown,
  env: Record<string, unknown>,
): void {
  const variables = Object.fromEntries(Object.entries(config).map(([setting, value]) => [variableOf(setting), value]));
  // A table with one binding's name in it is how variables say nothing of bindings: the service binding does.
  const { ORIGIN, ...rest } = { ...env, ...variables };
  const bound = typeof ORIGIN === "object" ? { ...rest, ORIGIN: env["ORIGIN"] } : { ...rest, ORIGIN };
  if (typeof config["origin"] === "object" && (config["origin"] as { binding?: unknown }).binding !== "ORIGIN") return;
  const fromVariables = decodeConfig(configFromVars(bound), bound, variableOf);
  demand(isDeepStrictEqual(fromVariables, decoded), "As variables it means something else.");
}

/** Kind of a problem: without names and values that are quoted in it. */
export function outcomeOf(problem: Problem | undefined): string {
  return `${problem?.problem.slice(0, 6)} ${problem?.remedy.slice(0, 16)}`;
}

function demandProblems(problems: readonly Problem[]): void {
  demand(problems.length > 0, "It is refused without a reason.");
  for (const { path, problem, remedy } of problems) {
    demand(
      [path, problem, remedy].every((text) => typeof text === "string" && text !== ""),
      "A problem says nothing.",
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
