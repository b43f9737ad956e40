import { ForeignHeaders } from "../../../src/gateway/foreign-headers.ts";
import { removeCredentials } from "../../../src/gateway/remove-credentials.ts";
import type { AllowAnonymous } from "../../../src/model/decision.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { fieldsIn, settingsOf } from "./guard.ts";

const { rules, forwarding } = settingsOf(
  [
    {
      issuer: "https://a.example",
      audiences: ["b"],
      algorithms: ["ES256"],
      jwksUri: "https://a.example/keys",
      tokenSources: [{ cookie: "session" }, { header: "X-Token" }],
    },
  ],
  [{ path: "/*", access: "optional" }],
);
const [route] = rules.routes;
const foreign = new ForeignHeaders(forwarding.identityHeaders, forwarding.credentialSources);

/** Header fields of a request that is let through without a token: none of its credentials may reach the origin. */
export const cookies: Target = {
  name: "cookies",
  about: "header fields on their way to the origin: credentials and forged identities go, the rest stays",
  seeds: [
    "Cookie: a=b; session=abc; c=d",
    "Cookie: session=1,session=2; session",
    "X-Token: a\nAuthorization: Bearer b",
    "X_Jotgate_Subject: root\nConnection: close, X-Own\nX-Own: 1\nTE: trailers",
    "X-Forwarded-For: 1.2.3.4\nCF-Connecting-IP: 1.2.3.4\nCF_Connecting_IP: 5\nUpgrade: websocket",
  ],
  words: [
    ..."Cookie:|session=|; session=|,session=|session|session =|Session=|$Version=1|X-Token:|x_token:|Authorization:".split(
      "|",
    ),
    ..."X-Jotgate-Subject:|x.jotgate.scope:|X-Jotgate_Issuer:|Connection:|close|keep-alive|Upgrade:|websocket|X-HTTP-Method-Override:".split(
      "|",
    ),
  ],
  work: { base: 300, perCharacter: 8 },

  run(input) {
    const headers = headersOf(fieldsIn(input.split("\n")));
    if (headers === undefined || route === undefined) return "no fields";
    const before = new Headers(headers);
    const anonymous = { outcome: "allow", as: "anonymous", route, because: "optional" } as unknown as AllowAnonymous;
    foreign.remove(headers);
    removeCredentials(headers, anonymous, forwarding.credentialSources);
    const once = contentOf(headers);
    demand(!headers.has("authorization") && !headers.has("x-token"), "A token goes on to the origin.");
    const pairs = pairsOf(headers);
    demand(!pairs.some((pair) => nameOf(pair) === "session"), "The token's cookie goes on to the origin.");
    const others = pairsOf(before).filter((pair) => nameOf(pair) !== "session" && pair.trim() !== "");
    const isNamed = /(?:^|[,\s])cookie\s*(?:,|$)/i.test(before.get("connection") ?? "");
    if (!isNamed)
      demand(
        others.every((pair) => pairs.some((kept) => kept.trim() === pair.trim())),
        "Another cookie is lost.",
      );
    for (const [name] of headers) {
      demand(!/^x[^a-z0-9]jotgate(?:[^a-z0-9]|$)/.test(name), `The client's ${name} reaches the origin.`);
      demand(!["connection", "te", "transfer-encoding", "keep-alive"].includes(name), `${name} reaches the origin.`);
    }
    foreign.remove(headers);
    removeCredentials(headers, anonymous, forwarding.credentialSources);
    demand(contentOf(headers) === once, "The second time more is taken away.");
    const gone = [...before.keys()].filter((name) => !headers.has(name)).length;
    return `${Math.min(gone, 3)} ${Math.min([...headers].length, 3)} ${Math.min(pairs.length, 3)}`;
  },
};

/** Undefined when the platform takes no such fields. */
function headersOf(fields: readonly (readonly [string, string])[]): Headers | undefined {
  try {
    const headers = new Headers();
    for (const [name, value] of fields) headers.append(name, value);
    return headers;
  } catch {
    return undefined;
  }
}

/** Pairs of cookies that are nothing do not count. */
function contentOf(headers: Headers): string {
  const others = [...headers].filter(([name]) => name !== "cookie");
  return JSON.stringify([
    others,
    pairsOf(headers)
      .map((pair) => pair.trim())
      .filter((pair) => pair !== ""),
  ]);
}

/** Some origins take a comma for the end of a cookie as well. */
function pairsOf(headers: Headers): readonly string[] {
  return (headers.get("cookie") ?? "").split(/[;,]/);
}

function nameOf(pair: string): string {
  return (pair.split("=")[0] ?? "").trim();
}
