import { matchRoute } from "../../../src/authorize/match-route.ts";
import { readCanonicalPath } from "../../../src/model/canonical-path.ts";
import { foldPath, matchesPath, parsePathPattern, resemblesPath } from "../../../src/model/path-pattern.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { requestOf, settingsOf } from "./guard.ts";

const { rules } = settingsOf(
  [{ issuer: "https://a.example", audiences: ["b"], algorithms: ["ES256"], jwksUri: "https://a.example/keys" }],
  [
    { path: "/open/*", access: "public" },
    { path: "/api/admin/*", access: "bearer", scopes: ["admin"] },
    { path: "/api/:id", access: "bearer", methods: ["GET"] },
    { path: "/é/x", access: "optional" },
    { path: "/api/*", access: "public" },
  ],
);

/** A pattern in the first line, the path of a request's URL in the second. */
export const path: Target = {
  name: "path",
  about: "patterns and request paths: canonical form, matching, choice of a route",
  seeds: [
    "/api/:id/*\n/api/7/x",
    "/*\n/",
    "/a/*/b\n/a/%41/b",
    "/é\n/%C3%A9",
    "/a/\n/a/",
    "/API\n/api.",
    "/open/*\n/open/%2e%2e/x",
  ],
  words: [
    "/open/",
    "/api/admin",
    "/_jotgate/",
    ":id",
    "*",
    "/*",
    "%2e%2e",
    "%252e",
    "%2F",
    "%C3%A9",
    "%c0%ae",
    "/..;/",
    "%3f",
    "%23",
    ".",
  ],
  work: { base: 2_000, perCharacter: 60 },

  run(input) {
    const [patternText = "", target = ""] = input.split("\n", 2);
    const pattern = parsePathPattern(patternText);
    readCanonicalPath(target);
    // From here on as in a guard, where every path comes out of a URL parser.
    const pathText = URL.parse(`https://guard.example/${target.replace(/^\//, "")}`)?.pathname ?? "";
    const canonical = readCanonicalPath(pathText);
    if (canonical !== undefined) {
      const { text, segments } = canonical;
      demand(readCanonicalPath(text)?.text === text, "The canonical path has another canonical path.");
      demand(
        new URL(`https://x.example${text}`).pathname === text,
        "A URL parser reads the canonical path differently.",
      );
      demand(decodeURIComponent(text) === `/${segments.join("/")}`, "Decoded as a whole the path has other segments.");
      demand(!/[/\\;\p{Cc}]/u.test(segments.join("")), "A segment has a separator or a control character in it.");
      demand(
        segments.slice(0, -1).every((segment) => segment !== ""),
        "A segment within the path is empty.",
      );
      demand(
        segments.every((segment) => !/^\.\.?$/.test(segment)),
        "A dot segment is left.",
      );
      demand(
        segments.every((segment) => decodedAgain(segment) === segment),
        "A segment can be decoded once more.",
      );
      const answers = ["GET", "PUT"].map((method) => [pathText, text].map((each) => choice(method, each)));
      demand(
        answers.every(([as, canonically]) => as === canonically),
        "The canonical path gets another route.",
      );
    }
    if (canonical === undefined || pattern === undefined) {
      return `${canonical === undefined ? "ambiguous" : choice("GET", pathText)}, ${pattern === undefined ? "no pattern" : "a pattern"}`;
    }
    const matches = matchesPath(pattern, canonical);
    const resembles = resemblesPath(pattern, foldPath(canonical));
    demand(matches === matchesNaively(patternText, canonical.segments), "A naive matcher disagrees.");
    // Segments of nothing but dots and blanks are what some origins trim, and then there is nothing left for a `:name`.
    const isTrimmed = canonical.segments.some((segment) => /^[. ]*$/.test(segment));
    demand(!matches || resembles || isTrimmed, "What matches does not resemble.");
    const shape = `${pattern.segments.includes(null) ? "?" : ""}${pattern.andBeneath ? "*" : ""}`;
    return `${choice("GET", pathText)} ${shape} ${matches} ${resembles}`;
  },
};

function choice(method: string, pathText: string): string {
  const matched = matchRoute(requestOf(method, pathText, []), rules.routes);
  return matched.ok ? matched.value.route.path.text : matched.refusal.reason;
}

function decodedAgain(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The pattern as one regular expression over the path with every segment encoded alike. */
function matchesNaively(patternText: string, segments: readonly string[]): boolean {
  const parts = patternText.slice(1).split("/");
  const beneath = parts.at(-1) === "*";
  const expressions = (beneath ? parts.slice(0, -1) : parts).map((part) =>
    part === "*" || part.startsWith(":") ? "/[^/]+" : `/${escaped(encodeURIComponent(decodedLiteral(part)))}`,
  );
  return new RegExp(`^${expressions.join("")}${beneath ? "(?:/.*)?" : ""}$`, "s").test(
    segments.map((segment) => `/${encodeURIComponent(segment)}`).join(""),
  );
}

/** Patterns may be written with or without percent-encoding. */
function decodedLiteral(part: string): string {
  return decodeURIComponent(encodeURI(part).replaceAll("%25", "%"));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
