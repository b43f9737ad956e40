import { describe, expect, it } from "vitest";
import { matchRoute } from "../../../src/authorize/match-route.ts";
import type { RouteRule } from "../../../src/model/route-rule.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, configFor, settingsFor } from "../support.ts";

const issuer = await TestIssuer.create();

function rules(...routes: Record<string, unknown>[]): readonly RouteRule[] {
  return settingsFor(configFor(issuer, {}, routes)).rules.routes;
}

function match(
  routes: readonly RouteRule[],
  path: string,
  method = "GET",
  headers: Record<string, string> = {},
): string {
  const matched = matchRoute(accessRequest({ path, method }, headers), routes);
  if (!matched.ok) return matched.refusal.reason;
  return `${matched.value.route.path.text}${matched.value.preflight ? " as preflight" : ""}`;
}

describe("the first rule for path and method decides", () => {
  const routes = rules(
    { path: "/a/b", access: "public" },
    { path: "/a/:x", methods: ["GET"], access: "bearer" },
    { path: "/a/*", methods: ["POST"], access: "bearer" },
    { path: "/*", methods: ["DELETE"], access: "bearer" },
  );

  it.each([
    ["GET", "/a/b", "/a/b"],
    ["GET", "/%61/b", "/a/b"],
    ["GET", "/a/c", "/a/:x"],
    ["HEAD", "/a/c", "/a/:x"],
    ["POST", "/a/b", "/a/b"],
    ["POST", "/a/c", "/a/*"],
    ["POST", "/a", "/a/*"],
    ["DELETE", "/a/c", "/*"],
    ["PUT", "/a/c", "no_matching_route"],
    ["get", "/a/c", "no_matching_route"],
    ["GET", "/b", "no_matching_route"],
    ["GET", "/a/c/d", "no_matching_route"],
    ["OPTIONS", "/a/c", "no_matching_route"],
  ])("%s %s falls to %s", (method, path, expected) => {
    expect(match(routes, path, method)).toBe(expected);
  });

  it("refuses everything when there are no rules", () => {
    expect(match([], "/")).toBe("no_matching_route");
  });

  it("hands on the path in the form in which it was matched", () => {
    const matched = matchRoute(accessRequest({ path: "/%61/b" }), routes);
    expect(matched.ok && matched.value.path.text).toBe("/a/b");
  });

  it.each(["TRACE", "CONNECT"])("never matches %s, not even where any method is allowed", (method) => {
    expect(match(rules({ path: "/*", access: "public" }), "/", method)).toBe("no_matching_route");
  });

  it.each(["/_jotgate", "/_jotgate/health", "/_Jotgate", "/_jotgate.", "/_jotgate%20/x", "/%5Fjotgate/x"])(
    "never matches %s, which could be taken for one of Jotgate's own pages",
    (path) => {
      expect(match(rules({ path: "/*", access: "public" }), path)).toBe("no_matching_route");
    },
  );

  it.each(["/_jotgates", "/a/_jotgate", "/"])("matches %s, which could not", (path) => {
    expect(match(rules({ path: "/*", access: "public" }), path)).toBe("/*");
  });

  it.each(["/a//b", "/a%2Fb", "/a;v=1", "/a%5Cb", "/%00"])("refuses %s even where every path is public", (path) => {
    expect(match(rules({ path: "/*", access: "public" }), path)).toBe("path_ambiguous");
  });
});

describe("a path that nearly is that of a guarded rule does not fall through to a later one", () => {
  const guarded = rules(
    { path: "/admin", access: "bearer", scopes: ["admin"] },
    { path: "/maybe", access: "optional" },
    { path: "/open", access: "public" },
    { path: "/late/*", methods: ["GET"], access: "bearer" },
    { path: "/*", access: "public" },
  );

  it.each([
    ["/admin", "/admin"],
    ["/ADMIN", "path_ambiguous"],
    ["/Admin", "path_ambiguous"],
    ["/admin/", "path_ambiguous"],
    ["/admin.", "path_ambiguous"],
    ["/admin%20", "path_ambiguous"],
    ["/admin/%20", "path_ambiguous"],
    ["/adm%C4%B1n", "path_ambiguous"],
    ["/Maybe", "path_ambiguous"],
    ["/LATE/x", "path_ambiguous"],
    ["/admins", "/*"],
    ["/admin/x", "/*"],
    ["/open", "/open"],
    ["/OPEN", "/*"],
    ["/open/", "/*"],
  ])("GET %s falls to %s", (path, expected) => {
    expect(match(guarded, path)).toBe(expected);
  });

  it("looks at rules for the request's method only", () => {
    expect(match(guarded, "/LATE/x", "POST")).toBe("/*");
  });

  it("leaves paths alone that an earlier rule names exactly", () => {
    const routes = rules({ path: "/Docs", access: "public" }, { path: "/docs", access: "bearer" });
    expect([match(routes, "/Docs"), match(routes, "/docs"), match(routes, "/DOCS")]).toEqual([
      "/Docs",
      "/docs",
      "path_ambiguous",
    ]);
  });
});

describe("a path that is a guarded rule's but for a suffix does not fall through to a later one", () => {
  const guarded = rules(
    { path: "/admin", access: "bearer", scopes: ["admin"] },
    { path: "/late/*", methods: ["GET"], access: "bearer" },
    { path: "/users/:id/keys", access: "bearer" },
    { path: "/", access: "bearer" },
    { path: "/open", access: "public" },
    { path: "/admin.css", access: "public" },
    { path: "/users/:id/keys:count", access: "public" },
    { path: "/*", access: "public" },
  );

  it.each([
    ["/admin.json", "path_ambiguous"],
    ["/admin.a-format-of-any-length", "path_ambiguous"],
    ["/admin.tar.gz", "path_ambiguous"],
    ["/ADMIN.JSON", "path_ambiguous"],
    ["/admin.json/", "path_ambiguous"],
    ["/admin.json%3Fx", "path_ambiguous"],
    ["/admin:", "path_ambiguous"],
    ["/admin::$DATA", "path_ambiguous"],
    ["/admin.json::$DATA", "path_ambiguous"],
    ["/late.html", "path_ambiguous"],
    ["/late:$I30:$INDEX_ALLOCATION/x", "path_ambiguous"],
    ["/users/7/keys.json", "path_ambiguous"],
    ["/admin.css", "/admin.css"],
    ["/ADMIN.css", "path_ambiguous"],
    ["/users/7/keys:count", "/users/:id/keys:count"],
    ["/users/7.5/keys:count", "/users/:id/keys:count"],
    ["/users/7:5/keys:count", "path_ambiguous"],
    ["/late.html/x", "/*"],
    ["/admins.json", "/*"],
    ["/admi.json", "/*"],
    ["/admin-json", "/*"],
    ["/open.json", "/*"],
    ["/.json", "/*"],
    ["/favicon.ico", "/*"],
    ["/users/7.json", "/*"],
    ["/late/x.json", "/late/*"],
  ])("GET %s falls to %s", (path, expected) => {
    expect(match(guarded, path)).toBe(expected);
  });

  it("and to none where no later rule matches", () => {
    expect(match(rules({ path: "/admin", access: "bearer" }), "/admin.json")).toBe("no_matching_route");
  });

  it("looks at rules for the request's method only", () => {
    expect(match(guarded, "/late.html", "POST")).toBe("/*");
  });
});

describe("a CORS preflight", () => {
  const preflight = { origin: "https://app.example", "access-control-request-method": "PUT" };
  const routes = rules(
    { path: "/a", methods: ["PUT"], access: "bearer", passPreflight: true },
    { path: "/a", methods: ["DELETE"], access: "bearer" },
    { path: "/b", access: "bearer" },
    { path: "/c", access: "bearer", passPreflight: true },
    { path: "/*", methods: ["PATCH"], access: "bearer", passPreflight: true },
  );

  it.each([
    ["passes by the rule for the method that it announces", "/a", {}, "/a as preflight"],
    ["passes by a rule for any method", "/c", {}, "/c as preflight"],
    [
      "does not pass for a method whose rule does not say so",
      "/a",
      { "access-control-request-method": "DELETE" },
      "no_matching_route",
    ],
    [
      "does not pass for a method without a rule",
      "/a",
      { "access-control-request-method": "PURGE" },
      "no_matching_route",
    ],
    ["does not pass for a method in lower case", "/a", { "access-control-request-method": "put" }, "no_matching_route"],
    ["is an ordinary request where the rule does not let it pass", "/b", {}, "/b"],
    [
      "does not pass by a later rule when the path nearly is that of a guarded one",
      "/B",
      { "access-control-request-method": "PATCH" },
      "path_ambiguous",
    ],
  ])("%s", (_what, path, headers, expected) => {
    expect(match(routes, path, "OPTIONS", { ...preflight, ...headers })).toBe(expected);
  });

  it.each([
    ["without Origin", "OPTIONS", { "access-control-request-method": "PUT" }],
    ["without Access-Control-Request-Method", "OPTIONS", { origin: "https://app.example" }],
    ["by another method", "GET", preflight],
  ])("is none %s", (_what, method, headers) => {
    expect(match(routes, "/c", method, headers)).toBe("/c");
  });

  it("is refused on an ambiguous path", () => {
    expect(match(routes, "/c%2F", "OPTIONS", preflight)).toBe("path_ambiguous");
  });
});
