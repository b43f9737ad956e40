import { describe, expect, it } from "vitest";
import { configFor, settingsFor } from "../support.ts";
import { issuer, problemsOf, withRoutes } from "./problems.ts";

const BEARER = { path: "/a", access: "bearer" };

describe("a route", () => {
  it.each([
    [{ path: undefined }, "routes[0].path is missing"],
    [{ path: "" }, "routes[0].path does not fit"],
    [{ path: "a" }, "routes[0].path matches no request"],
    [{ path: "/a//b" }, "routes[0].path matches no request"],
    [{ path: "/a?b" }, "routes[0].path matches no request"],
    [{ path: "/a/../b" }, "routes[0].path matches no request"],
    [{ path: "/\ud800" }, "routes[0].path matches no request"],
    [{ path: "/_jotgate" }, "routes[0].path is reserved"],
    [{ path: "/_jotgate/*" }, "routes[0].path is reserved"],
    [{ path: "/_JOTGATE/x" }, "routes[0].path is reserved"],
    [{ path: "/%5Fjotgate/x" }, "routes[0].path is reserved"],
    [{ access: "none" }, "routes[0].access does not fit"],
    [{ access: true }, "routes[0].access does not fit"],
    [{ methods: [] }, "routes[0].methods does not fit"],
    [{ methods: "GET" }, "routes[0].methods does not fit"],
    [{ methods: ["GET", "post"] }, "routes[0].methods[1] does not fit"],
    [{ methods: ["*"] }, "routes[0].methods[0] does not fit"],
    [{ methods: ["GET", "TRACE"] }, "routes[0].methods has TRACE"],
    [{ methods: ["CONNECT"] }, "routes[0].methods has CONNECT"],
    [{ scopes: [] }, "routes[0].scopes does not fit"],
    [{ scopes: "a" }, "routes[0].scopes does not fit"],
    [{ scopes: ["a b"] }, "routes[0].scopes[0] does not fit"],
    [{ scopes: ['a"b'] }, "routes[0].scopes[0] does not fit"],
    [{ scopes: ["a\\b"] }, "routes[0].scopes[0] does not fit"],
    [{ scopes: ["é"] }, "routes[0].scopes[0] does not fit"],
    [{ anyOfScopes: ["a", "b\r\nc"] }, "routes[0].anyOfScopes[1] does not fit"],
    [{ claims: {} }, "routes[0].claims does not fit"],
    [{ claims: [5] }, "routes[0].claims[0] does not fit"],
    [{ claims: [{ equals: 1 }] }, "routes[0].claims[0].claim is missing"],
    [{ claims: [{ claim: "a" }] }, "routes[0].claims[0] does not fit"],
    [{ claims: [{ claim: "a", equals: 1, exists: true }] }, "routes[0].claims[0] does not fit"],
    [{ claims: [{ claim: "a", equals: null }] }, "routes[0].claims[0].equals does not fit"],
    [{ claims: [{ claim: "a", oneOf: [] }] }, "routes[0].claims[0].oneOf does not fit"],
    [{ claims: [{ claim: "a", equal: 1 }] }, "routes[0].claims[0].equal is not a setting"],
    [{ passPreflight: "yes" }, "routes[0].passPreflight does not fit"],
    [{ onUnknownRevocation: "ignore" }, "routes[0].onUnknownRevocation does not fit"],
    [{ requireHttps: "remote" }, "routes[0].requireHttps does not fit"],
    [{ tokenSources: [] }, "routes[0].tokenSources does not fit"],
    [{ tokenSources: ["authorization", "authorization"] }, "routes[0].tokenSources names a source twice"],
    [{ tokenSources: [{ cookie: "a" }] }, "routes[0].tokenSources names a source that no issuer accepts"],
    [{ forwardToken: 1 }, "routes[0].forwardToken does not fit"],
    [{ auth: "bearer" }, "routes[0].auth is not a setting"],
  ])("%j: %s", (settings, problem) => {
    expect(withRoutes({ ...BEARER, ...settings })).toContain(problem);
  });

  it("reports every unknown name", () => {
    expect(withRoutes({ ...BEARER, a: 1, b: 2, toString: 3 })).toEqual([
      "routes[0].a is not a setting",
      "routes[0].b is not a setting",
      "routes[0].toString is not a setting",
    ]);
  });

  it.each([
    ["optional", { scopes: ["a"] }],
    ["optional", { anyOfScopes: ["a"] }],
    ["optional", { claims: [{ claim: "a", exists: true }] }],
    ["public", { scopes: ["a"] }],
    ["public", { claims: [] }],
  ])("that is %s has no use for %j", (access, setting) => {
    const [name] = Object.keys(setting);
    expect(withRoutes({ path: "/a", access, ...setting })).toEqual([
      `routes[0].${name} has no effect where callers need no token`,
    ]);
  });

  it.each([{ onUnknownRevocation: "deny" }, { tokenSources: ["authorization"] }, { forwardToken: false }])(
    "that is public has no use for %j, an optional one has",
    (setting) => {
      const [name] = Object.keys(setting);
      expect(withRoutes({ path: "/a", access: "public", ...setting })).toEqual([
        `routes[0].${name} has no effect on a public route`,
      ]);
      expect(withRoutes({ path: "/a", access: "optional", ...setting })).toEqual([]);
    },
  );

  it("for GET speaks for HEAD, too, and for nothing else", () => {
    const { rules } = settingsFor(configFor(issuer, {}, [{ ...BEARER, methods: ["GET"] }]));
    expect(rules.routes[0]?.methods).toEqual(new Set(["GET", "HEAD"]));
    const post = settingsFor(configFor(issuer, {}, [{ ...BEARER, methods: ["POST"] }]));
    expect(post.rules.routes[0]?.methods).toEqual(new Set(["POST"]));
  });

  it("is not blamed for a token source while the issuer that may accept it is wrong itself", () => {
    const route = { ...BEARER, tokenSources: [{ cookie: "a" }] };
    const wrong = configFor(issuer, { tokenSources: [{ cookie: "a" }], audiences: 5 }, [route]);
    expect(problemsOf(wrong)).toEqual(["issuers[0].audiences does not fit"]);
  });
});

describe("a route that can never decide anything", () => {
  const at = (path: string, methods?: string[], access = "bearer") => ({ path, access, ...(methods && { methods }) });

  it.each([
    ["the same path", [at("/a"), at("/a")], [1]],
    ["another spelling of it", [at("/a"), at("/%61")], [1]],
    ["a path beneath", [at("/a/*"), at("/a/b")], [1]],
    ["the path itself", [at("/a/*"), at("/a")], [1]],
    ["a literal behind a parameter", [at("/a/:x"), at("/a/b")], [1]],
    ["parameters of another name", [at("/a/:x"), at("/a/:y")], [1]],
    ["everything after everything", [at("/*"), at("/a"), at("/*")], [1, 2]],
    ["the methods that came before", [at("/a", ["GET", "POST"]), at("/a", ["POST"])], [1]],
    ["HEAD after GET", [at("/a", ["GET"]), at("/a", ["HEAD"])], [1]],
    [
      "methods that several before have together",
      [at("/a", ["GET"]), at("/*", ["POST"]), at("/a", ["GET", "POST"])],
      [2],
    ],
    ["a public path after a guarded one", [at("/a"), at("/a", undefined, "public")], [1]],
    ["a guarded path after a public one", [at("/a", undefined, "public"), at("/a")], [1]],
    ["another case of a guarded path", [at("/a"), at("/A", undefined, "public")], [1]],
    ["a guarded path with a slash behind", [at("/a"), at("/a/")], [1]],
    ["a lookalike by its methods together", [at("/a", ["GET"]), at("/A", ["POST"]), at("/A/", ["GET", "POST"])], [2]],
  ])("%s", (_what, routes, unreachable) => {
    expect(withRoutes(...routes)).toEqual(unreachable.map((index) => `routes[${index}] is never reached`));
  });

  it.each([
    ["a longer path", [at("/a"), at("/a/b")]],
    ["a path above", [at("/a/b/*"), at("/a/*")]],
    ["a parameter behind a literal", [at("/a/b"), at("/a/:x")]],
    ["the rest behind a path", [at("/a"), at("/a/*")]],
    ["another method", [at("/a", ["GET"]), at("/a", ["POST"])]],
    ["GET after HEAD", [at("/a", ["HEAD"]), at("/a", ["GET"])]],
    ["any method behind some", [at("/a", ["GET"]), at("/a")]],
    ["one method more", [at("/a", ["GET"]), at("/a", ["GET", "POST"])]],
    ["methods that only other paths have", [at("/a", ["GET"]), at("/b", ["POST"]), at("/a", ["POST"])]],
    ["another case of a public path", [at("/a", undefined, "public"), at("/A")]],
    ["a slash behind a public path", [at("/a", undefined, "public"), at("/a/")]],
    ["a slash behind a parameter's place", [at("/a/:x"), at("/a/", undefined, "public")]],
  ])("is not this: %s", (_what, routes) => {
    expect(withRoutes(...routes)).toEqual([]);
  });
});
