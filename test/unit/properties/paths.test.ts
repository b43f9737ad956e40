import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { matchRoute } from "../../../src/authorize/match-route.ts";
import { readCanonicalPath } from "../../../src/model/canonical-path.ts";
import {
  coversPattern,
  foldPath,
  matchesPath,
  parsePathPattern,
  resemblesPath,
} from "../../../src/model/path-pattern.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, configFor, settingsFor } from "../support.ts";
import { PATIENCE, runs } from "./runs.ts";

vi.setConfig({ testTimeout: PATIENCE });

const segment = fc.oneof(
  fc.constantFrom(
    "a",
    "A",
    "b",
    "admin",
    "Admin",
    "a.",
    "é",
    "%C3%A9",
    "e\u0301",
    "x%20y",
    "%41",
    "100%25",
    "c%23",
    "%3Fq",
    "...",
  ),
  fc.webSegment(),
  fc.string({ unit: "grapheme", maxLength: 4 }),
);

/** What a URL parser makes of a path. */
const requestPath = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
  .map(([segments, slash]) => new URL(`https://x.example/${segments.join("/")}${slash ? "/" : ""}`).pathname);

const pattern = fc
  .tuple(
    fc.array(fc.oneof(segment, fc.constantFrom(":id", "*", "a", "admin")), { maxLength: 4 }),
    fc.constantFrom("", "/", "/*"),
  )
  .map(([segments, end]) => parsePathPattern(`/${segments.join("/")}${end}`.replace(/^\/\//, "/")));

describe("a path", () => {
  it("has one canonical form, which is its own canonical form and what a URL parser reads", () => {
    fc.assert(
      fc.property(requestPath, (path) => {
        const canonical = readCanonicalPath(path);
        if (canonical === undefined) return;
        expect(readCanonicalPath(canonical.text)).toEqual(canonical);
        expect(new URL(canonical.text, "https://x.example").pathname).toBe(canonical.text);
        expect(decodeURIComponent(canonical.text)).toBe(`/${canonical.segments.join("/")}`);
      }),
      runs(5_000),
    );
  });

  it("gets the route of its canonical form, for any routes and methods", async () => {
    const issuer = await TestIssuer.create();
    const route = fc.record({
      path: fc.constantFrom("/admin/*", "/a/:id", "/é", "/a", "/A/*", "/b/", "/*", "/:x/a"),
      access: fc.constantFrom("public", "optional", "bearer"),
      methods: fc.constantFrom(["GET"], ["POST", "PUT"]),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(route, { minLength: 1, maxLength: 4, selector: ({ path }) => path }),
        requestPath,
        (routes, path) => {
          const config = configFor(issuer, {}, routes);
          const rules = routesOf(config);
          const canonical = readCanonicalPath(path);
          for (const method of ["GET", "POST", "HEAD"]) {
            const choose = (text: string) => matchRoute(accessRequest({ method, path: text }), rules);
            const chosen = choose(path);
            if (canonical === undefined) expect(chosen).toMatchObject({ refusal: { reason: "path_ambiguous" } });
            else expect(choose(canonical.text)).toEqual(chosen);
          }
        },
      ),
      runs(1_500),
    );
  });
});

describe("a pattern", () => {
  it("matches what a naive matcher matches", () => {
    fc.assert(
      fc.property(pattern, requestPath, (parsed, path) => {
        const canonical = readCanonicalPath(path);
        if (parsed === undefined || canonical === undefined) return;
        expect(matchesPath(parsed, canonical)).toBe(naively(parsed.text, canonical.segments));
      }),
      runs(6_000),
    );
  });

  it("resembles whatever it matches", () => {
    fc.assert(
      fc.property(pattern, requestPath, (parsed, path) => {
        const canonical = readCanonicalPath(path);
        if (parsed === undefined || canonical === undefined || !matchesPath(parsed, canonical)) return;
        // Segments of nothing but dots and blanks are what some origins trim, and then there is nothing left for a `:name`.
        if (canonical.segments.some((part) => /^[. ]*$/.test(part))) return;
        expect(resemblesPath(parsed, foldPath(canonical))).toBe(true);
      }),
      runs(6_000),
    );
  });

  it("resembles what it matches in any other case, and with dots, blanks and slashes behind it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "admin", "b1"), { minLength: 1, maxLength: 3 }),
        fc.constantFrom("", "/", ".", "%20", "/.%20", "%3Fx"),
        (parts, end) => {
          const parsed = parsePathPattern(`/${parts.join("/")}`);
          const shouted = readCanonicalPath(`/${parts.join("/").toUpperCase()}${end}`);
          expect(parsed && shouted && resemblesPath(parsed, foldPath(shouted))).toBe(true);
        },
      ),
      runs(500),
    );
  });

  it("that covers another matches all that the other matches", () => {
    fc.assert(
      fc.property(pattern, pattern, requestPath, (outer, inner, path) => {
        const canonical = readCanonicalPath(path);
        if (!outer || !inner || !canonical || !coversPattern(outer, inner) || !matchesPath(inner, canonical)) return;
        expect(matchesPath(outer, canonical)).toBe(true);
      }),
      runs(8_000),
    );
  });
});

function routesOf(config: unknown) {
  const { routes, issuers } = config as { routes: readonly Record<string, unknown>[]; issuers: unknown };
  // Routes that earlier ones leave nothing for are a mistake in a configuration, and all the same here.
  return routes.flatMap((route) => settingsFor({ origin: "https://o.example", issuers, routes: [route] }).rules.routes);
}

/** Segment by segment, in words. */
function naively(text: string, path: readonly string[]): boolean {
  const parts = text.slice(1).split("/");
  const isOpen = parts[parts.length - 1] === "*";
  const wanted = isOpen ? parts.slice(0, -1) : parts;
  if (isOpen ? path.length < wanted.length : path.length !== wanted.length) return false;
  for (const [index, part] of wanted.entries()) {
    const has = path[index] ?? "";
    if (part === "*" || part.startsWith(":")) {
      if (has === "") return false;
    } else if (decodeURIComponent(part.replace(/%(?![0-9A-Fa-f]{2})/g, "%25")) !== has) return false;
  }
  return true;
}
