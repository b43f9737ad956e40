import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { configFromVars, variableOf } from "../../../src/config/config-from-vars.ts";
import { decodeConfig } from "../../../src/config/decode-config.ts";
import { SIGNATURE_ALGORITHMS } from "../../../src/model/trusted-issuer.ts";
import { ENVIRONMENT } from "../support.ts";
import { PATIENCE, runs } from "./runs.ts";

vi.setConfig({ testTimeout: PATIENCE });

const SECRET_ENVIRONMENT = {
  ...ENVIRONMENT,
  HMAC: "h".repeat(64),
  ORIGIN: { fetch: () => undefined },
  LEDGER: { idFromName: () => undefined },
};

const claim = fc.oneof(
  fc.constantFrom("sub", "https://x.example/claim", "__proto__"),
  fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 3 }),
);
const source = fc.oneof(
  fc.constant("authorization"),
  fc.constant({ header: "X-Token" }),
  fc.constant({ cookie: "session" }),
);
const sources = fc.uniqueArray(source, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) });
const name = fc.stringMatching(/^[a-z]{1,6}$/);

const keysAndAlgorithms = fc.oneof(
  fc.record({
    jwksUri: fc.constantFrom("https://a.example/keys", "http://localhost:8080/keys?x"),
    algorithms: fc.subarray([...SIGNATURE_ALGORITHMS].slice(0, 11), { minLength: 1 }),
  }),
  fc.record({ discovery: fc.constant(true), algorithms: fc.constantFrom(["ES256"], ["RS256", "PS256"]) }),
  fc.record({ sharedSecret: fc.constant("HMAC"), algorithms: fc.constantFrom(["HS256"], ["HS384"], ["HS512"]) }),
);

const issuerSettings = fc.record(
  {
    audiences: fc.oneof(fc.constant(false), fc.array(name, { minLength: 1, maxLength: 2 })),
    acceptedTypes: fc.constantFrom(["JWT"], ["absent", "AT+JWT"], ["application/x"]),
    requiredClaims: fc.array(name, { minLength: 1, maxLength: 2 }),
    clients: fc.array(name, { minLength: 1, maxLength: 2 }),
    maxLifetime: fc.integer({ min: 1, max: 31_536_000 }),
    maxAge: fc.integer({ min: 1, max: 31_536_000 }),
    clockTolerance: fc.integer({ min: 0, max: 300 }),
    tokenIdClaim: fc.oneof(claim, fc.constant(false)),
    sessionIdClaim: claim,
    subjectClaim: claim,
    tokenVersionClaim: claim,
    scopeClaim: claim,
    tokenSources: sources,
  },
  { requiredKeys: ["audiences"] },
);

const condition = fc.oneof(
  fc.record({ equals: fc.oneof(fc.string(), fc.integer(), fc.boolean()) }),
  fc.record({
    oneOf: fc.array(fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  fc.record({ contains: fc.string() }),
  fc.record({ exists: fc.boolean() }),
);

const bearerRoute = fc.record(
  {
    access: fc.constant("bearer"),
    methods: fc.subarray(["GET", "POST", "PROPFIND"], { minLength: 1 }),
    scopes: fc.array(name, { minLength: 1, maxLength: 2 }),
    anyOfScopes: fc.array(name, { minLength: 1, maxLength: 2 }),
    claims: fc.array(
      fc.tuple(claim, condition).map(([path, rule]) => ({ claim: path, ...rule })),
      { maxLength: 2 },
    ),
    passPreflight: fc.boolean(),
    onUnknownRevocation: fc.constantFrom("deny", "allow"),
    revocation: fc.constantFrom("bounded", "strict"),
    onStaleMirror: fc.constantFrom("kv", "deny"),
    requireHttps: fc.constantFrom(true, false, "redirect"),
    forwardToken: fc.boolean(),
  },
  { requiredKeys: ["access"] },
);
const openRoute = fc.record({ access: fc.constantFrom("public", "optional"), passPreflight: fc.boolean() });

/** Configurations that are right. */
const validConfig = fc
  .record(
    {
      origin: fc.constantFrom("https://o.example", "http://localhost:3000", { binding: "ORIGIN" }),
      realm: fc.stringMatching(/^[a-z .]{1,8}$/),
      requireHttps: fc.constantFrom(true, false, "redirect"),
      originTimeout: fc.integer({ min: 1, max: 300 }),
      stalenessBound: fc.integer({ min: 2, max: 300 }),
      identityHeaders: fc.constantFrom(
        {},
        { subject: "X-User" },
        { claims: [{ claim: ["a", "b"] }, { claim: "c", header: "X-C" }] },
      ),
      selfRevocation: fc.boolean(),
      issuer: fc
        .tuple(keysAndAlgorithms, issuerSettings)
        .map(([keys, settings]) => ({ issuer: "https://a.example", ...keys, ...settings })),
      routes: fc
        .array(fc.oneof(bearerRoute, openRoute), { minLength: 1, maxLength: 4 })
        .map((routes) => routes.map((route, index) => ({ path: ["/a/*", "/b/:id", "/é/c", "/d/"][index], ...route }))),
    },
    { requiredKeys: ["origin", "issuer", "routes"] },
  )
  .map(({ issuer, ...rest }): Record<string, unknown> => ({ ...rest, issuers: [issuer] }));

describe("a configuration that is right", () => {
  it("decodes, and to the same rules each time, also after a way through JSON", () => {
    fc.assert(
      fc.property(validConfig, (config) => {
        const decoded = decodeConfig(config, SECRET_ENVIRONMENT);
        expect(decoded).toMatchObject({ ok: true });
        expect(decodeConfig(JSON.parse(JSON.stringify(config)), SECRET_ENVIRONMENT)).toEqual(decoded);
      }),
      runs(300),
    );
  });

  it("means the same as a Worker's variables", () => {
    fc.assert(
      fc.property(validConfig, (config) => {
        const variables = Object.entries(config).map(([setting, value]) => [variableOf(setting), value]);
        const { ORIGIN, ...others } = Object.fromEntries(variables);
        const env = { ...SECRET_ENVIRONMENT, ...others, ...(typeof ORIGIN === "string" && { ORIGIN }) };
        expect(decodeConfig(configFromVars(env), env, variableOf)).toEqual(decodeConfig(config, SECRET_ENVIRONMENT));
      }),
      runs(300),
    );
  });

  it("keeps every restriction that was written, and adds none", () => {
    fc.assert(
      fc.property(validConfig, (config) => {
        const decoded = decodeConfig(config, SECRET_ENVIRONMENT);
        if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
        const written = config["routes"] as readonly Record<string, unknown>[];
        for (const [index, route] of decoded.settings.rules.routes.entries()) {
          const {
            access,
            scopes = [],
            anyOfScopes = [],
            claims = [],
            onUnknownRevocation = "deny",
            forwardToken = false,
          } = written[index] ?? {};
          expect(route).toMatchObject({ access, scopes, anyOfScopes, onUnknownRevocation, forwardToken });
          expect(route.claims.length).toBe((claims as unknown[]).length);
        }
      }),
      runs(300),
    );
  });

  it("is wrong with any setting that nobody knows, and says which", () => {
    fc.assert(
      fc.property(validConfig, fc.stringMatching(/^[a-zA-Z]{1,9}X$/), (config, setting) => {
        const decoded = decodeConfig({ ...config, [setting]: 1 }, SECRET_ENVIRONMENT);
        expect(decoded).toMatchObject({ ok: false, problems: [{ path: setting }] });
      }),
      runs(200),
    );
  });
});
