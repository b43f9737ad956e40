import { extractToken } from "../../../src/authorize/extract-token.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { fieldsIn, requestOf } from "./guard.ts";

const SOURCES: readonly TokenSource[] = [
  { kind: "authorization" },
  { kind: "header", name: "x-token" },
  { kind: "cookie", name: "session" },
];

/** A method in the first line, header fields in the others. */
export const credentials: Target = {
  name: "credentials",
  about: "header fields: which token was presented, and whether it was the only one",
  seeds: [
    "GET\nAuthorization: Bearer abc.def.ghi",
    "GET\nX-Token: abc",
    "POST\nCookie: a=b; session=abc\nOrigin: https://guard.example\nSec-Fetch-Site: same-origin",
    "GET\nCookie: session=abc\nUpgrade: websocket\nOrigin: https://evil.example",
    "GET\nAuthorization: Basic YTpi, Bearer x\nX-Token: a, b",
    "GET\nAuthorization: Bearer a\nAuthorization: Bearer b",
  ],
  words: [
    ..."Authorization:|Cookie:|X-Token:|Origin:|Sec-Fetch-Site:|Upgrade:|Bearer |bearer\t|BEARER|Bearer\u00a0|Bearer=|session=".split(
      "|",
    ),
    ..."; |, |,session=|__Host-session=|same-origin|https://guard.example|websocket|Basic |DPoP |==|\u0000".split("|"),
  ],
  work: { base: 300, perCharacter: 6 },

  run(input) {
    const [method = "GET", ...lines] = input.split("\n");
    const fields = fieldsIn(lines);
    const request = requestOf(method.toUpperCase(), "/", fields);
    const extracted = extractToken(request, SOURCES);
    const candidates = candidatesIn(fields);
    if (extracted.ok) {
      const { source } = extracted.value;
      const text = extracted.value.reveal();
      demand(candidates.length === 1, `There are ${candidates.length} credentials, and one is taken.`);
      demand(candidates[0] === text, "Another token is taken than the one that is there.");
      demand(
        SOURCES.some((each) => each.kind === source.kind),
        "The token comes from a place that is none.",
      );
      demand(
        source.kind !== "cookie" || isSafe(request.method) || !isForeign(fields),
        "A cookie of another site's request counts.",
      );
      const more = [...fields, ["x-token", "second"], ["authorization", "Bearer third"]] as const;
      const again = extractToken(requestOf(request.method, "/", more), SOURCES);
      demand(!again.ok, "With more credentials there is still one token.");
      return `${isSafe(request.method) ? "safe" : "unsafe"} ${source.kind}`;
    }
    const { reason } = extracted.refusal;
    demand(REASONS.has(reason), `It is refused as ${reason}.`);
    if (reason === "token_missing") demand(candidates.length === 0, "A token is there, and it is missing.");
    if (reason === "credentials_repeated") {
      // Repeated fields come joined by a comma; what stands around it need not be a credential.
      const isJoined = request.header("authorization")?.includes(",") === true;
      demand(candidates.length !== 1 || isJoined, "One token is there, and it is repeated.");
    }
    // Nothing is found where no place is looked at.
    const nowhere = extractToken(request, []);
    demand(!nowhere.ok, "A token is found where none may be.");
    return `${reason}, ${candidates.length > 2 ? "many" : candidates.length}`;
  },
};

const REASONS: ReadonlySet<string> = new Set([
  "token_missing",
  "credentials_malformed",
  "credentials_repeated",
  "cross_site_request",
  "token_too_large",
]);

const TOKEN_CHARACTER = "[A-Za-z0-9!#$%&'*+.^_`|~-]";

/** Every credential that anybody could see in these fields. */
function candidatesIn(fields: readonly (readonly [string, string])[]): readonly string[] {
  const valuesOf = (wanted: string) =>
    fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const bearers = valuesOf("authorization")
    .flatMap((value) => value.split(","))
    .map(withoutBlanks)
    .filter((part) => new RegExp(`^bearer(?!${TOKEN_CHARACTER})`, "i").test(part))
    .map((part) => part.slice(6).replace(/^ +/, ""));
  const own = valuesOf("x-token");
  const inHeader = own.join("") === "" && own.length < 2 ? [] : own.join(",").split(",").map(withoutBlanks);
  const cookies = valuesOf("cookie")
    .flatMap((value) => value.split(/[;,]/))
    .map((pair) => [pair.slice(0, Math.max(0, pair.indexOf("="))).trim(), pair.slice(pair.indexOf("=") + 1).trim()])
    .filter(([name, value]) => name === "session" && value !== "")
    .map(([, value]) => value ?? "");
  return [...bearers, ...inHeader, ...cookies];
}

/** Blanks as HTTP has them (RFC 9110 §5.6.3). */
function withoutBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

function isSafe(method: string): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method);
}

function isForeign(fields: readonly (readonly [string, string])[]): boolean {
  const origins = fields.filter(([name]) => name.toLowerCase() === "origin").map(([, value]) => value);
  const sites = fields.filter(([name]) => name.toLowerCase() === "sec-fetch-site").map(([, value]) => value);
  if (origins.length === 0 && sites.length === 0) return true;
  return origins.some((origin) => origin !== "https://guard.example") || sites.some((site) => site !== "same-origin");
}
