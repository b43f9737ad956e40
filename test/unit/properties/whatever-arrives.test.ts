import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { configFromVars, variableOf } from "../../../src/config/config-from-vars.ts";
import { decodeConfig } from "../../../src/config/decode-config.ts";
import { answerTo } from "../../../src/gateway/answer.ts";
import { readKeySet } from "../../../src/keys/read-key-set.ts";
import { RECORD_KINDS } from "../../../src/model/revocation.ts";
import { SIGNATURE_ALGORITHMS } from "../../../src/model/trusted-issuer.ts";
import { readRecord } from "../../../src/revocation/record-value.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard as WholeGuard } from "../app/guard.ts";
import { Guard, NOW } from "../authorize/guard.ts";
import { readerOf } from "../revocation/store.ts";
import { configFor, ENVIRONMENT } from "../support.ts";
import { anyFields, anyJson, anyJsonText, anyPath, anyText } from "./arbitraries.ts";
import { PATIENCE, runs } from "./runs.ts";

vi.setConfig({ testTimeout: PATIENCE });

const ROUTES = [
  { path: "/open/*", access: "public" },
  { path: "/maybe/:id", access: "optional" },
  { path: "/*", access: "bearer", scopes: ["a"], passPreflight: true },
];
const SOURCES = { tokenSources: ["authorization", { header: "X-Token" }, { cookie: "session" }] };

let issuer: TestIssuer;
let good = "";
beforeAll(async () => {
  issuer = await TestIssuer.create();
  good = await issuer.sign(issuer.claims({ scope: "a" }));
});
afterEach(() => vi.restoreAllMocks());

describe("whatever arrives, authorize() decides and never throws", () => {
  it("for any method, path, host and header fields", async () => {
    const guard = await Guard.create(issuer, { issuer: SOURCES, routes: ROUTES });
    await fc.assert(
      fc.asyncProperty(
        anyText,
        anyPath,
        anyText,
        anyFields(() => good),
        fc.boolean(),
        async (method, path, host, fields, secure) => {
          const header = (name: string) => fields.find(([other]) => other.toLowerCase() === name)?.[1] ?? null;
          const decision = await guard.decide({ method, path, host, scheme: secure ? "https" : "http", header });
          if (decision.outcome === "allow") return;
          const { status } = answerTo(decision.refusal);
          expect(status >= 500).toBe(decision.outcome === "indeterminate");
        },
      ),
      runs(3_000),
    );
  });

  it("for any header and payload under a good signature", async () => {
    const guard = await Guard.create(issuer);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom("typ", "kid", "crit", "b64", "jwk", "x"), anyJson),
        anyJson,
        async (header, payload) => {
          const claims =
            typeof payload === "object" && payload !== null && !Array.isArray(payload) ? payload : { x: payload };
          const { crit: _crit, b64: _b64, ...more } = header;
          const token = await issuer.sign(issuer.claims(claims as Record<string, unknown>, NOW), more);
          const decision = await guard.decideToken(token);
          expect(decision.outcome).toMatch(/^(?:allow|deny)$/);
        },
      ),
      runs(400),
    );
  });

  it("for anything that a store holds, returns or throws", async () => {
    const answers = fc.oneof(anyJsonText, anyText, fc.constant(null), fc.constant(undefined), fc.integer());
    await fc.assert(
      fc.asyncProperty(answers, fc.constantFrom("answer", "throw", "short", "nothing"), async (value, how) => {
        const store = {
          get: async (names: string[]) => {
            if (how === "throw") throw value;
            if (how === "nothing") return value as unknown as Map<string, string | null>;
            return new Map(names.slice(how === "short" ? 1 : 0).map((name) => [name, value as string | null]));
          },
        };
        const guard = await Guard.create(issuer, { revocations: readerOf(store) });
        const decision = await guard.decideToken(await issuer.sign(issuer.claims({}, NOW)));
        const isReadable =
          how === "answer" &&
          (value === null || RECORD_KINDS.every((kind) => typeof value === "string" && readRecord(kind, value)));
        if (!isReadable) expect(decision.outcome).toBe("indeterminate");
      }),
      runs(300),
    );
  });
});

describe("whatever arrives, the guard answers and never fails", () => {
  it("for any request that the platform can make", async () => {
    const guard = new WholeGuard(configFor(issuer, SOURCES, ROUTES));
    const methods = fc.oneof(
      fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "DELETE", "PROPFIND"),
      fc.stringMatching(/^[A-Z]{1,9}$/),
    );
    await fc.assert(
      fc.asyncProperty(
        methods,
        anyPath,
        anyFields(() => good),
        async (method, path, fields) => {
          const request = requestOf(method, path, fields);
          if (request === undefined) return;
          const before = guard.forwarded.length;
          const response = await guard.send(request.path, request.init);
          const wasForwarded = guard.forwarded.length > before;
          // The origin answers 200 and is always there, so are the keys: there is nothing to answer 5xx for.
          expect(response.status).toBeLessThan(500);
          if (wasForwarded) return;
          await expectOwnAnswer(response, method);
        },
      ),
      runs(1_500),
    );
  });

  it("for any configuration: with one that is wrong it answers 503 and forwards nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyJson,
        fc.dictionary(fc.constantFrom("issuers", "routes", "origin", "realm"), anyJson),
        async (value, settings) => {
          const config = typeof value === "object" ? { ...configFor(issuer), ...settings } : value;
          const guard = new WholeGuard(config);
          const response = await guard.send("/");
          if (decodeConfig(config, ENVIRONMENT).ok) return;
          expect([response.status, guard.forwarded.length]).toEqual([503, 0]);
          expect(guard.records[0]).toMatchObject({ event: "configuration_invalid" });
        },
      ),
      runs(400),
    );
  });
});

describe("whatever arrives, it is read or refused", () => {
  it("as a record's value", () => {
    fc.assert(
      fc.property(fc.constantFrom(...RECORD_KINDS), fc.oneof(anyJsonText, anyText), (kind, value) => {
        const record = readRecord(kind, value);
        if (record !== undefined) expect(JSON.parse(value)).toMatchObject({ format: 1 });
      }),
      runs(3_000),
    );
  });

  it("as a key set", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anyJson, fc.record({ keys: fc.oneof(anyJson, fc.array(anyJwk, { maxLength: 4 })) })),
        async (jwks) => {
          const read = await readKeySet(jwks, SIGNATURE_ALGORITHMS.slice(0, 11)).catch((error: unknown) => error);
          if (read instanceof Error) expect(read.message).toMatch(/^(?:is not a JWK Set|has more than 100 keys)$/);
        },
      ),
      runs(800),
    );
  });

  it("as a configuration, whose problems always say what and what to do", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(anyText, fc.constantFrom("issuers", "routes", "origin", "operators")), anyJson),
        (config) => {
          for (const decoded of [
            decodeConfig({ ...configFor(issuer), ...config }, ENVIRONMENT),
            decodeConfig(configFromVars({ ...ENVIRONMENT, ...config }), ENVIRONMENT, variableOf),
          ]) {
            if (decoded.ok) continue;
            expect(decoded.problems.length).toBeGreaterThan(0);
            expect(decoded.problems.flatMap((problem) => Object.values(problem)).filter((text) => text === "")).toEqual(
              [],
            );
          }
        },
      ),
      runs(500),
    );
  });
});

const anyJwk = fc.record(
  {
    kty: fc.constantFrom("RSA", "EC", "OKP", "oct", 5, null),
    crv: fc.constantFrom("P-256", "P-384", "P-521", "Ed25519", "x", null),
    kid: anyJson,
    alg: fc.constantFrom("ES256", "RS256", "EdDSA", "none", 5),
    n: anyText,
    e: fc.constantFrom("AQAB", "AQ", "Ag", ""),
    x: fc.oneof(anyText, fc.constant("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"), anyJson),
    y: anyJson,
    d: anyJson,
  },
  { requiredKeys: [] },
);

/** Undefined for what no client can send here. */
function requestOf(
  method: string,
  path: string,
  fields: readonly (readonly [string, string])[],
): { path: string; init: RequestInit } | undefined {
  try {
    const url = new URL(`https://guard.example/${path.replace(/^\//, "")}`);
    // The platform complains of other characters in a test's log; authorize() gets them above.
    const ascii = fields.map(([name, value]): [string, string] => [name, value.replace(/[^\t\x20-\x7e]/g, "?")]);
    const init = { method, headers: new Headers(ascii), redirect: "manual" } as const;
    new Request(url, init);
    return { path: url.pathname + url.search, init };
  } catch {
    return undefined;
  }
}

async function expectOwnAnswer(response: Response, method: string): Promise<void> {
  expect(response.headers.get("x-jotgate-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  const text = await response.text();
  if (method === "HEAD") return expect(text).toBe("");
  const isOwnPage = response.status === 200;
  if (isOwnPage) return expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(JSON.parse(text)).toMatchObject({ status: response.status, code: expect.any(String) });
}
