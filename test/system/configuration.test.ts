import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestIssuer } from "../support/test-issuer.ts";
import { expectRefusal, UNAUTHORIZED, UNAVAILABLE } from "./support/expect-refusal.ts";
import { Guard } from "./support/guard.ts";
import { KeyEndpoint } from "./support/key-endpoint.ts";
import { Origin } from "./support/origin.ts";
import { trust } from "./support/trust.ts";

const PATHS = ["/", "/health", "/api/orders/1", "/_jotgate/health", "/_jotgate/jwks.json", "//x"];

describe("a wrong configuration", () => {
  let origin: Origin;
  let issuer: TestIssuer;

  beforeAll(async () => {
    origin = await Origin.start();
    issuer = await TestIssuer.create();
  });

  afterAll(() => origin.stop());

  const badKey = () => ({ ...issuer.publicJwk, x: "AAAA" });
  const open = [{ path: "/*", access: "public" }];

  it.each([
    {
      what: "several mistakes",
      vars: () => ({
        ORIGIN: origin.url,
        ISSUERS: [{ ...trust(issuer), algorithms: ["none"], audience: "https://api.example" }],
        ROUTES: [{ path: "/health", access: "public" }, { path: "/api/*", access: "everybody" }, { path: "no/slash" }],
      }),
      paths: ["ISSUERS[0].algorithms[0]", "ISSUERS[0].audience", "ROUTES[1].access", "ROUTES[2].access"],
    },
    {
      what: "a key that is none, which only its import shows",
      vars: () => ({
        ORIGIN: origin.url,
        ISSUERS: [trust(issuer, { keys: [issuer.publicJwk, badKey()] })],
        ROUTES: open,
      }),
      paths: ["ISSUERS[0].keys[1]"],
    },
    {
      what: "nothing in it but the origin",
      vars: () => ({ ORIGIN: origin.url }),
      paths: ["ISSUERS", "ROUTES"],
    },
  ])(
    "with $what answers 503 to everybody and everything, and is reported once and in full",
    async ({ vars, paths }) => {
      const guard = await Guard.start(vars());
      try {
        const token = await issuer.sign();
        const answers = await Promise.all(
          PATHS.flatMap((path) => [
            guard.fetch(path),
            guard.present(token, path),
            guard.fetch(path, { method: "POST" }),
          ]),
        );
        for (const response of answers) await expectRefusal(response, UNAVAILABLE);
        expect(origin.arrivals).toEqual([]);

        expect(guard.problemReports).toHaveLength(1);
        const [report] = guard.problemReports;
        expect(report?.problems.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
        for (const { problem, remedy } of report?.problems ?? []) {
          expect(problem).not.toBe("");
          expect(remedy).not.toBe("");
        }
      } finally {
        await guard.stop();
      }
    },
  );
});

describe("the smallest useful configuration", () => {
  let origin: Origin;
  let endpoint: KeyEndpoint;
  let issuer: TestIssuer;
  let guard: Guard;

  beforeAll(async () => {
    origin = await Origin.start();
    issuer = await TestIssuer.create("https://id.example.com/", "RS256");
    endpoint = await KeyEndpoint.start([issuer.publicJwk]);
    guard = await Guard.start({
      ORIGIN: origin.url,
      ISSUERS: [
        {
          issuer: "https://id.example.com/",
          audiences: ["https://api.example"],
          algorithms: ["RS256"],
          jwksUri: `${endpoint.url}/jwks.json`,
        },
      ],
      ROUTES: [
        { path: "/health", methods: ["GET"], access: "public" },
        { path: "/api/orders/*", methods: ["GET"], access: "bearer", scopes: ["orders:read"] },
        { path: "/api/*", access: "bearer" },
      ],
    });
  });

  afterAll(async () => {
    await guard.stop();
    await endpoint.stop();
    await origin.stop();
  });

  it("is reported as healthy", async () => {
    const response = await guard.fetch("/_jotgate/health");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
    expect(guard.problemReports).toEqual([]);
  });

  it("lets anybody see what is public and nobody else's rest", async () => {
    expect((await guard.fetch("/health")).status).toBe(200);
    await expectRefusal(await guard.fetch("/api/orders/1"), UNAUTHORIZED);
    await expectRefusal(await guard.fetch("/api/users"), UNAUTHORIZED);
  });

  it("asks for the scope that a rule wants, and names it", async () => {
    const scoped = await issuer.sign(issuer.claims({ scope: "orders:read" }));
    expect((await guard.present(scoped, "/api/orders/1")).status).toBe(200);
    await expectRefusal(await guard.present(await issuer.sign(), "/api/orders/1"), {
      status: 403,
      code: "insufficient_scope",
      challenge: 'Bearer realm="jotgate", error="insufficient_scope", scope="orders:read"',
    });
    expect((await guard.present(await issuer.sign(), "/api/users")).status).toBe(200);
  });

  it.each(["/elsewhere", "/", "/healthz", "/_jotgate/anything"])("refuses %s, which no rule names", async (path) => {
    await expectRefusal(await guard.present(await issuer.sign(), path), { status: 404, code: "not_found" });
  });
});

describe("the wrangler.toml of this repository", () => {
  it("is a configuration without problems, once there is a secret", async () => {
    const guard = await Guard.start({}, { configPath: "../../wrangler.toml" });
    try {
      expect((await guard.fetch("/_jotgate/health")).status).toBe(200);
      await expectRefusal(await guard.fetch("/api/orders/1"), UNAUTHORIZED);
      expect(guard.problemReports).toEqual([]);
    } finally {
      await guard.stop();
    }
  });
});
