import { describe, expect, it } from "vitest";
import { type CanonicalPath, readCanonicalPath } from "../../../src/model/canonical-path.ts";
import {
  coversPattern,
  foldPath,
  matchesPath,
  namesSuffixes,
  type PathPattern,
  parsePathPattern,
  resemblesPath,
  resemblesWithSuffix,
  shadowsPattern,
} from "../../../src/model/path-pattern.ts";

function pattern(text: string): PathPattern {
  const parsed = parsePathPattern(text);
  if (parsed === undefined) throw new Error(`no pattern: ${text}`);
  return parsed;
}

function path(text: string): CanonicalPath {
  const read = readCanonicalPath(text);
  if (read === undefined) throw new Error(`no path: ${text}`);
  return read;
}

describe("parsing a pattern", () => {
  it.each([
    ["/", { segments: [""], andBeneath: false }],
    ["/*", { segments: [], andBeneath: true }],
    ["/a", { segments: ["a"], andBeneath: false }],
    ["/a/", { segments: ["a", ""], andBeneath: false }],
    ["/a/*", { segments: ["a"], andBeneath: true }],
    ["/a/:id", { segments: ["a", null], andBeneath: false }],
    ["/a/*/b", { segments: ["a", null, "b"], andBeneath: false }],
    ["/:_x1/*", { segments: [null], andBeneath: true }],
    ["/a/*/", { segments: ["a", null, ""], andBeneath: false }],
    ["/caf%C3%A9", { segments: ["café"], andBeneath: false }],
    ["/café", { segments: ["café"], andBeneath: false }],
    ["/a b", { segments: ["a b"], andBeneath: false }],
    ["/%61", { segments: ["a"], andBeneath: false }],
    ["/100%25", { segments: ["100%"], andBeneath: false }],
    ["/a:b", { segments: ["a:b"], andBeneath: false }],
  ])("reads %s", (text, parsed) => {
    expect(parsePathPattern(text)).toMatchObject({ text, ...parsed });
  });

  it.each([
    "",
    "a",
    "*",
    "https://api.example/a",
    "//",
    "/a//b",
    "//*",
    "/a//",
    "/a//*",
    "/a?b=c",
    "/a#b",
    "/:",
    "/:1a",
    "/:a-b",
    "/a*",
    "/a*/b",
    "/**",
    "/a/./b",
    "/a/../b",
    "/a/%2e%2e/b",
    "/a%2Fb",
    "/a%252Fb",
    "/a\\b",
    "/a;b",
    "/a%00",
    "/a%",
    "/a%zz",
    "/%FF",
    "/\ud800",
    "/a\udfff/b",
  ])("refuses %j", (text) => {
    expect(parsePathPattern(text)).toBeUndefined();
  });
});

describe("matching", () => {
  it.each([
    ["/", "/", true],
    ["/", "/a", false],
    ["/*", "/", true],
    ["/*", "/a/b/", true],
    ["/a", "/a", true],
    ["/a", "/%61", true],
    ["/a", "/A", false],
    ["/a", "/a/", false],
    ["/a", "/ab", false],
    ["/a", "/a/b", false],
    ["/a/", "/a/", true],
    ["/a/", "/a", false],
    ["/a/*", "/a", true],
    ["/a/*", "/a/", true],
    ["/a/*", "/a/b/c", true],
    ["/a/*", "/ab", false],
    ["/a/*", "/b/a", false],
    ["/a/:id", "/a/b", true],
    ["/a/:id", "/a/", false],
    ["/a/:id", "/a", false],
    ["/a/:id", "/a/b/", false],
    ["/a/:id", "/a/b/c", false],
    ["/a/*/c", "/a/b/c", true],
    ["/a/*/c", "/a/b/d", false],
    ["/a/:id/*", "/a/b", true],
    ["/a/:id/*", "/a/", false],
    ["/a/:id/*", "/a/b/c", true],
    ["/a/:id/*", "/a", false],
    ["/a/:id/", "/a/b/", true],
    ["/caf%C3%A9", "/caf%c3%a9", true],
  ])("%s speaks for %s: %s", (text, requested, expected) => {
    expect(matchesPath(pattern(text), path(requested))).toBe(expected);
  });
});

describe("resembling", () => {
  it.each([
    ["/admin", "/admin", true],
    ["/admin", "/ADMIN", true],
    ["/ADMIN", "/admin", true],
    ["/admin", "/admin/", true],
    ["/admin/", "/admin", true],
    ["/admin", "/admin.", true],
    ["/admin", "/admin...", true],
    ["/admin", "/admin%20", true],
    ["/admin", "/admin%20.%20", true],
    ["/admin", "/admin/...", true],
    ["/admin", "/admin/%20", true],
    ["/admin", "/Admin./", true],
    ["/admin/users", "/admin./users", true],
    ["/admin", "/adm%C4%B1n", true],
    ["/admin", "/adm%C4%B0n", true],
    ["/users", "/u%C5%BFers", true],
    ["/kiosk", "/%E2%84%AAiosk", true],
    ["/stra%C3%9Fe", "/STRA%E1%BA%9EE", true],
    ["/admin/*", "/Admin/x", true],
    ["/admin/*", "/ADMIN", true],
    ["/a/:id", "/A/b", true],
    ["/a/:id", "/a/b/", true],
    ["/a/:id/b", "/a/%20/B", true],
    ["/admin", "/admins", false],
    ["/filetxt", "/file.txt", false],
    ["/file.txt", "/filetxt", false],
    ["/admin", "/.admin", false],
    ["/admin", "/%20admin", false],
    ["/admin", "/admin/x", false],
    ["/admin", "/x/admin", false],
    ["/a/:id", "/a", false],
    ["/caf%C3%A9", "/cafe", false],
    ["/caf%C3%A9", "/cafe%CC%81", true],
    ["/admin/*", "/%EF%BD%81dmin/x", true],
    ["/admin/*", "/admin%C2%A0/x", true],
    ["/admin", "/admin%3Fx", true],
    ["/admin/users", "/admin/users%3Fx", true],
    ["/adminusers", "/admin/users%3Fx", false],
    ["/admin/*", "/admin%23/x", true],
    ["/admin/users", "/admin%3F/users", false],
    ["/c%23", "/c%23", true],
    ["/c%23/x", "/C%23/x.", true],
    ["/c%23", "/C%3F", false],
    ["/tags/:tag", "/tags/c%23", true],
    ["/tags", "/tags/c%23", false],
  ])("%s has a lookalike in %s: %s", (text, requested, expected) => {
    expect(resemblesPath(pattern(text), foldPath(path(requested)))).toBe(expected);
  });
});

describe("resembling with a suffix", () => {
  it.each([
    ["/admin", "/admin.json", true],
    ["/admin", "/admin:x", true],
    ["/admin", "/admin", true],
    ["/admin", "/admins", false],
    ["/admin", "/admin.json%3F/x", true],
    ["/late/*", "/late:x/y", true],
    ["/late/*", "/late.html/y", false],
  ])("%s has a lookalike in %s: %s", (text, requested, expected) => {
    expect(resemblesWithSuffix(pattern(text), foldPath(path(requested)))).toBe(expected);
  });
});

describe("naming suffixes", () => {
  it.each([
    ["/admin.css", "/admin.css", true],
    ["/*", "/admin.css", false],
    ["/*", "/admin.css/", false],
    ["/:file", "/admin:css", false],
    ["/*", "/admin:css/x", false],
    ["/*", "/admin.css/x", true],
    ["/*", "/admin", true],
  ])("%s names those of %s: %s", (text, requested, expected) => {
    expect(namesSuffixes(pattern(text), path(requested))).toBe(expected);
  });
});

describe("covering", () => {
  it.each([
    ["/a", "/a", true],
    ["/a", "/%61", true],
    ["/a", "/A", false],
    ["/a", "/a/", false],
    ["/*", "/a/b", true],
    ["/*", "/*", true],
    ["/a/*", "/a", true],
    ["/a/*", "/a/", true],
    ["/a/*", "/a/b/*", true],
    ["/a/b/*", "/a/*", false],
    ["/a", "/a/*", false],
    ["/:x", "/a", true],
    ["/:x", "/:y", true],
    ["/:x", "/", false],
    ["/a/:x", "/a/", false],
    ["/a", "/:x", false],
    ["/:x/*", "/a", true],
    ["/:x/*", "/*", false],
    ["/:x/b", "/a/b", true],
    ["/:x/b", "/a/c", false],
  ])("%s covers %s: %s", (outer, inner, expected) => {
    expect(coversPattern(pattern(outer), pattern(inner))).toBe(expected);
  });
});

describe("shadowing", () => {
  it.each([
    ["/docs", "/docs/", true],
    ["/docs/", "/docs", true],
    ["/Docs", "/docs", true],
    ["/Docs/*", "/docs/x", true],
    ["/docs/:page", "/docs/a/", true],
    ["/docs", "/docs/*", false],
    ["/docs", "/docs/a", false],
    ["/docs/a", "/docs/:page", false],
  ])("%s leaves nothing for %s: %s", (outer, inner, expected) => {
    expect(shadowsPattern(pattern(outer), pattern(inner))).toBe(expected);
  });
});
