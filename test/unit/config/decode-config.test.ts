import { describe, expect, it } from "vitest";
import { decodeConfig } from "../../../src/config/decode-config.ts";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer, problemsOf, withGuard, withIssuer, withRoutes } from "./problems.ts";

describe("the smallest configuration", () => {
  const settings = settingsFor(configFor(issuer));

  it("gives the guard its documented defaults", () => {
    expect(settings).toMatchObject({
      realm: "jotgate",
      assertion: undefined,
      forwarding: {
        origin: { kind: "url", url: "https://origin.example" },
        originTimeout: 30,
        identityHeaders: {
          subject: "X-Jotgate-Subject",
          issuer: "X-Jotgate-Issuer",
          scope: "X-Jotgate-Scope",
          client: "X-Jotgate-Client",
          claims: [],
        },
      },
    });
  });

  it("gives issuers their documented defaults", () => {
    expect([...settings.rules.issuers]).toEqual([
      [
        issuer.issuer,
        {
          issuer: issuer.issuer,
          keys: { kind: "static", keys: [issuer.publicJwk] },
          audiences: ["https://api.example"],
          algorithms: ["ES256"],
          acceptedTypes: ["absent", "jwt", "at+jwt"],
          requiredClaims: [],
          clients: undefined,
          maxLifetime: 86_400,
          maxAge: undefined,
          clockTolerance: 60,
          tokenIdClaim: ["jti"],
          sessionIdClaim: ["sid"],
          subjectClaim: ["sub"],
          tokenVersionClaim: undefined,
          scopeClaim: ["scope"],
          tokenSources: [{ kind: "authorization" }],
          claimsInUse: new Set(),
        },
      ],
    ]);
  });

  it("gives routes their documented defaults", () => {
    expect(settings.rules.routes).toEqual([
      {
        path: { text: "/*", segments: [], andBeneath: true, folded: [] },
        methods: undefined,
        access: "bearer",
        scopes: [],
        anyOfScopes: [],
        claims: [],
        passPreflight: false,
        onUnknownRevocation: "deny",
        revocation: "bounded",
        onStaleMirror: "kv",
        requireHttps: "remote",
        tokenSources: [{ kind: "authorization" }],
        forwardToken: false,
      },
    ]);
  });
});

describe("a configuration that sets everything", () => {
  const config = {
    origin: { binding: "APP" },
    requireHttps: "redirect",
    realm: "orders (test)",
    originTimeout: 0.1,
    originAssertion: { issuer: "https://guard.example", audience: "https://app.example" },
    identityHeaders: {
      subject: "X-User",
      issuer: "X-Iss",
      scope: "X-Scope",
      client: "X-Client",
      claims: [{ claim: "email" }, { claim: ["org", "id"], header: "X-Org" }],
    },
    issuers: [
      {
        issuer: "https://id.example/",
        audiences: false,
        algorithms: ["RS256", "ES256"],
        jwksUri: "https://id.example/jwks",
        acceptedTypes: ["application/AT+JWT"],
        requiredClaims: ["auth_time"],
        clients: ["app"],
        maxLifetime: 3600,
        maxAge: 600,
        clockTolerance: 0,
        tokenIdClaim: false,
        sessionIdClaim: "session",
        subjectClaim: ["user", "id"],
        tokenVersionClaim: "https://example.com/version",
        scopeClaim: "scp",
        tokenSources: ["authorization", { header: "X-Token" }, { cookie: "session" }],
      },
    ],
    routes: [
      {
        path: "/orders/:id",
        methods: ["GET", "DELETE"],
        access: "bearer",
        scopes: ["orders:read"],
        anyOfScopes: ["a", "b"],
        claims: [
          { claim: "plan", equals: "gold" },
          { claim: ["a", "b"], oneOf: ["x", 1, true] },
          { claim: "roles", contains: "staff" },
          { claim: "blocked", exists: false },
        ],
        passPreflight: true,
        onUnknownRevocation: "allow",
        requireHttps: false,
        tokenSources: [{ header: "x-token" }],
        forwardToken: true,
      },
    ],
  };
  const env = { ...ENVIRONMENT, APP: { fetch: () => {} }, ASSERTION_KEY: "{}" };

  it("arrives in full", () => {
    const settings = settingsFor(config, env);
    expect(settings.realm).toBe("orders (test)");
    expect(settings.assertion).toEqual({ issuer: "https://guard.example", audience: "https://app.example", key: "{}" });
    expect(settings.revocationKey).toBe(ENVIRONMENT.REVOCATION_KEY);
    expect(settings.forwarding).toEqual({
      origin: { kind: "binding", name: "APP" },
      originTimeout: 0.1,
      credentialSources: [
        { kind: "authorization" },
        { kind: "header", name: "x-token" },
        { kind: "cookie", name: "session" },
      ],
      identityHeaders: {
        subject: "X-User",
        issuer: "X-Iss",
        scope: "X-Scope",
        client: "X-Client",
        claims: [
          { claim: ["email"], header: "X-Jotgate-Claim-email" },
          { claim: ["org", "id"], header: "X-Org" },
        ],
      },
    });
    expect(settings.rules.issuers.get("https://id.example/")).toEqual({
      issuer: "https://id.example/",
      keys: { kind: "jwks", uri: "https://id.example/jwks" },
      audiences: false,
      algorithms: ["RS256", "ES256"],
      acceptedTypes: ["at+jwt"],
      requiredClaims: ["auth_time"],
      clients: ["app"],
      maxLifetime: 3600,
      maxAge: 600,
      clockTolerance: 0,
      tokenIdClaim: false,
      sessionIdClaim: ["session"],
      subjectClaim: ["user", "id"],
      tokenVersionClaim: ["https://example.com/version"],
      scopeClaim: ["scp"],
      tokenSources: [
        { kind: "authorization" },
        { kind: "header", name: "x-token" },
        { kind: "cookie", name: "session" },
      ],
      claimsInUse: new Set(["plan", "a", "roles", "blocked", "email", "org"]),
    });
    expect(settings.rules.routes[0]).toEqual({
      path: { text: "/orders/:id", segments: ["orders", null], andBeneath: false, folded: ["orders", null] },
      methods: new Set(["GET", "DELETE", "HEAD"]),
      access: "bearer",
      scopes: ["orders:read"],
      anyOfScopes: ["a", "b"],
      claims: [
        { claim: ["plan"], equals: "gold" },
        { claim: ["a", "b"], oneOf: ["x", 1, true] },
        { claim: ["roles"], contains: "staff" },
        { claim: ["blocked"], exists: false },
      ],
      passPreflight: true,
      onUnknownRevocation: "allow",
      revocation: "bounded",
      onStaleMirror: "kv",
      requireHttps: "never",
      tokenSources: [{ kind: "header", name: "x-token" }],
      forwardToken: true,
    });
  });

  it("looks for tokens wherever an issuer takes them, unless a route says otherwise", () => {
    const route = { path: "/*", access: "bearer" };
    const { rules } = settingsFor({ ...config, routes: [route] }, env);
    expect(rules.routes[0]?.tokenSources).toEqual(rules.issuers.get("https://id.example/")?.tokenSources);
  });
});

describe("everything that is wrong is reported at once", () => {
  it("with nothing configured and nothing bound", () => {
    expect(problemsOf({}, {})).toEqual([
      "origin is missing",
      "issuers is missing",
      "routes is missing",
      "REVOCATIONS is not bound",
      "REVOCATION_KEY is missing",
    ]);
  });

  it("across guard, issuers, routes and bindings", () => {
    const config = {
      origin: "https://origin.example",
      requireHttps: "yes",
      typo: 1,
      anotherTypo: 2,
      issuers: [{ issuer: "", algorithms: ["none"], jwksUrl: "x" }, 5],
      routes: [{ path: "/a", access: "open", scope: ["x"] }, { path: "a", access: "bearer" }, null],
    };
    expect(problemsOf(config, { REVOCATION_KEY: "short" })).toEqual([
      "requireHttps does not fit",
      "typo is not a setting",
      "anotherTypo is not a setting",
      "issuers[0].issuer does not fit",
      "issuers[0].audiences is missing",
      "issuers[0].algorithms[0] does not fit",
      "issuers[0].jwksUrl is not a setting",
      "issuers[1] does not fit",
      "routes[0].access does not fit",
      "routes[0].scope is not a setting",
      "routes[1].path matches no request",
      "routes[2] does not fit",
      "REVOCATIONS is not bound",
      "REVOCATION_KEY is too short or has blanks around it",
    ]);
  });

  it("each with a remedy", () => {
    const decoded = decodeConfig({ issuers: [{}], routes: [{}] }, {});
    expect(decoded.ok).toBe(false);
    if (!decoded.ok) for (const { remedy } of decoded.problems) expect(remedy).toMatch(/\w{3,}.*[\w.…}]$/);
  });
});

describe("the guard's own settings", () => {
  it.each([
    ["origin", undefined, "origin is missing"],
    ["origin", 5, "origin does not fit"],
    ["origin", "", "origin does not fit"],
    ["origin", {}, "origin does not fit"],
    ["origin", { binding: "APP", path: "/x" }, "origin.path is not a setting"],
    ["realm", 'a"b', "realm does not fit"],
    ["realm", "a\\b", "realm does not fit"],
    ["realm", "a\r\nSet-Cookie: x", "realm does not fit"],
    ["realm", "é", "realm does not fit"],
    ["realm", "", "realm does not fit"],
    ["originTimeout", 0.09, "originTimeout does not fit"],
    ["originTimeout", 301, "originTimeout does not fit"],
    ["originTimeout", "30", "originTimeout does not fit"],
    ["originTimeout", Number.NaN, "originTimeout does not fit"],
    ["requireHttps", 1, "requireHttps does not fit"],
    ["originAssertion", "x", "originAssertion does not fit"],
    ["identityHeaders", "x", "identityHeaders does not fit"],
    ["identityHeaders", { sub: "X-User" }, "identityHeaders.sub is not a setting"],
    ["issuers", {}, "issuers does not fit"],
    ["issuers", "x", "issuers does not fit"],
    ["routes", [], "routes is empty"],
    ["routes", null, "routes does not fit"],
    ["toString", 1, "toString is not a setting"],
  ])("%s = %j: %s", (setting, value, problem) => {
    expect(withGuard({ [setting]: value })).toContain(problem);
  });

  it.each([0.1, 300])("originTimeout may be %d", (originTimeout) => {
    expect(withGuard({ originTimeout })).toEqual([]);
  });
});

describe("one thing that is wrong hides no other", () => {
  it("in the settings of the guard", () => {
    const problems = withGuard({
      origin: "http://app.example",
      realm: 'a"b',
      originTimeout: 0,
      typo: [],
      identityHeaders: { subject: "X-Same", issuer: "X-Same" },
      originAssertion: { issuer: "a", audience: "b" },
    });
    expect(problems.toSorted()).toEqual([
      "ASSERTION_KEY is missing",
      "identityHeaders uses x-same twice",
      "origin is reached over plain http",
      "originTimeout does not fit",
      "realm does not fit",
      "typo is not a setting",
    ]);
  });

  it("in an issuer", () => {
    const problems = withIssuer({
      keys: undefined,
      jwksUri: "http://keys.example/",
      acceptedTypes: ["logout+jwt"],
      clockTolerance: 301,
      typo: 1,
    });
    expect(problems.toSorted()).toEqual([
      "issuers[0].acceptedTypes has logout+jwt",
      "issuers[0].clockTolerance does not fit",
      "issuers[0].jwksUri is not a secure URL",
      "issuers[0].typo is not a setting",
    ]);
  });

  it("in routes", () => {
    const problems = withRoutes(
      { path: "/a/*", access: "public", scopes: ["x"], typo: 1 },
      { path: "/a/b", access: "bearer", methods: ["TRACE"] },
      { path: "no slash", access: "bearer", requireHttps: 5 },
    );
    expect(problems.toSorted()).toEqual([
      "routes[0].scopes has no effect where callers need no token",
      "routes[0].typo is not a setting",
      "routes[1] is never reached",
      "routes[1].methods has TRACE",
      "routes[2].path matches no request",
      "routes[2].requireHttps does not fit",
    ]);
  });
});

it("what is missing has the remedy of what does not fit", () => {
  const { issuers: _, ...config } = configFor(issuer);
  const decoded = decodeConfig(
    { ...config, issuers: [{ issuer: "https://a.example", algorithms: ["ES256"] }] },
    ENVIRONMENT,
  );
  expect(decoded.ok ? [] : decoded.problems).toContainEqual({
    path: "issuers[0].audiences",
    problem: "is missing",
    remedy: "List the audiences that mean this API, or write false to accept tokens made for anybody.",
  });
});

it("routes that need a token are a problem without any issuer", () => {
  expect(problemsOf({ ...configFor(issuer), issuers: [] })).toEqual(["issuers is empty, but routes need a token"]);
  expect(problemsOf({ ...configFor(issuer, {}, [{ path: "/*", access: "public" }]), issuers: [] })).toEqual([]);
});

it("a header that tokens come in is none that identities go out in", () => {
  expect(withIssuer({ tokenSources: [{ header: "X-Jotgate-Subject" }] })).toEqual([
    "identityHeaders uses x-jotgate-subject twice",
  ]);
});

it("a claim rule with conditions that are undefined has the one that is not", () => {
  const routes = [
    {
      path: "/*",
      access: "bearer",
      claims: [{ claim: "role", equals: undefined, oneOf: ["admin"], exists: undefined }],
    },
  ];
  expect(settingsFor(configFor(issuer, {}, routes)).rules.routes[0]?.claims).toStrictEqual([
    { claim: ["role"], oneOf: ["admin"] },
  ]);
});
