import { mkdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { Folder, GOOD_TOP, GOOD_VARS, jotgate } from "./command-line.ts";

const NOW = 1_900_000_000;
const ROUTE = ["--route", "GET /api/orders/7"];
const AT = ["--now", String(NOW)];

describe("jotgate explain", () => {
  let issuer: TestIssuer;
  let folder: Folder;
  let offline: string[];

  const claims = (overrides: Record<string, unknown> = {}) =>
    issuer.claims({ scope: "orders:read", jti: "t-1", sid: "s-1", ver: 3, ...overrides }, NOW);
  const explain = (args: readonly string[], input: string) =>
    jotgate(["explain", ...offline, ...args], { cwd: folder.path, input });
  const explainJson = async (args: readonly string[], input: string) =>
    JSON.parse((await explain([...ROUTE, ...args, "--json"], input)).stdout);

  beforeAll(async () => {
    issuer = await TestIssuer.create();
    folder = await Folder.create({
      "wrangler.toml": GOOD_TOP + GOOD_VARS,
      "jwks.json": JSON.stringify({ keys: [issuer.publicJwk] }),
    });
    offline = ["--keys", "jwks.json", ...AT];
  });

  afterAll(() => folder.remove());

  it("says that a good token is allowed, and that revocation was not looked at", async () => {
    const { code, stdout, stderr } = await explain(ROUTE, await issuer.sign(claims()));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("GET https://localhost/api/orders/7 at 1900000000 (2030-03-17T17:46:40Z)\n");
    expect(stdout).toContain('✓ route       GET "/api/orders/7": ROUTES[1] GET HEAD /api/orders/*');
    expect(stdout).toContain("? revocation  records: not looked at; give them with --records FILE");
    expect(stdout).toContain('scopes: "orders:read"  [all of orders:read]');
    expect(stdout).toContain('X-Jotgate-Subject: "alice"');
    expect(stdout).toContain("Allowed with its token, unless it was revoked: that was not looked at.\n");
  });

  it("shows what an expired token was compared with, and what the client sees", async () => {
    const token = await issuer.sign(claims({ iat: NOW - 400, exp: NOW - 60 }));
    const { code, stdout } = await explain(ROUTE, token);
    expect(code).toBe(1);
    expect(stdout).toContain("✓ signature   signature: holds\n");
    expect(stdout).toContain("exp: 1899999940 (2030-03-17T17:45:40Z)  [after now - 60]");
    expect(stdout).toContain("Denied: token_expired\n");
    expect(stdout).toContain('401 invalid_token, WWW-Authenticate: Bearer error="invalid_token"');
    expect(stdout).not.toContain("permission");
  });

  it("accepts the same token one second earlier", async () => {
    const { code } = await explain(ROUTE, await issuer.sign(claims({ iat: NOW - 400, exp: NOW - 59 })));
    expect(code).toBe(0);
  });

  it("shows no claim of a token whose signature does not hold, and marks what it shows as unverified", async () => {
    const signed = await issuer.sign(claims({ email: "somebody@example.com" }));
    const { code, stdout } = await explain(ROUTE, `${signed.slice(0, signed.lastIndexOf("."))}.${"A".repeat(86)}`);
    expect(code).toBe(1);
    for (const line of stdout.split("\n").filter((text) => /(?:alg|kid|typ|iss): /.test(text))) {
      expect(line).toMatch(/\(unverified\)$/);
    }
    expect(stdout).toContain('iss: "https://issuer.example"  [https://issuer.example]  (unverified)');
    expect(stdout).toContain("Denied: signature_invalid");
    expect(stdout).not.toMatch(/alice|@example|t-1/);
  });

  it.each([
    ["no token", "token_missing", undefined],
    ["text that is no token", "token_malformed", "not.a-token"],
    ["a token of a stranger", "issuer_not_trusted", forge({ alg: "ES256" }, { iss: "https://stranger.example" })],
    ["a token without iss", "claim_missing", forge({ alg: "ES256" }, { sub: "alice" })],
    ["an unsigned token", "algorithm_not_allowed", forge({ alg: "none" }, { iss: "https://issuer.example" }, "AA")],
    [
      "a token of an unknown key",
      "key_not_found",
      forge({ alg: "ES256", kid: "x" }, { iss: "https://issuer.example" }),
    ],
  ])("denies %s with %s and exit code 1", async (_what, reason, token) => {
    const { code, stdout } = await explain([...ROUTE, ...(token === undefined ? ["--no-token"] : [])], token ?? "");
    expect(stdout).toContain(`Denied: ${reason}`);
    expect(code).toBe(1);
  });

  it.each([
    ["a public route", "GET /health", "public"],
    ["a whole URL", "GET http://127.0.0.1/health?a=b", "public"],
  ])("allows %s without a token", async (_what, route, because) => {
    const { code, stdout } = await explain(["--route", route, "--no-token", "--json"], "");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).decision).toEqual({ outcome: "allow", as: because, reason: null });
  });

  it("names the routes that were passed over when none matches", async () => {
    const { code, stdout } = await explain(["--route", "POST /health/x", "--no-token"], "");
    expect(code).toBe(1);
    expect(stdout).toContain("ROUTES[0] any method /health  [other path]");
    expect(stdout).toContain("Denied: no_matching_route");
  });

  it("names the route that a path only looks like", async () => {
    const { code, stdout } = await explain(["--route", "GET /API/orders/7", "--no-token"], "");
    expect(code).toBe(1);
    expect(stdout).toContain("ROUTES[1] GET HEAD /api/orders/*  [looks alike]");
    expect(stdout).toContain("Denied: path_ambiguous");
  });

  it.each([
    ["header", "header:X-Token", { header: "X-Token" }],
    ["cookie", "cookie:session", { cookie: "session" }],
  ])("sends the token in a %s when told so", async (_what, place, source) => {
    const sources = `tokenSources = [${JSON.stringify(source).replace(/"(\w+)":/, "$1 = ")}]`;
    await folder.write(
      "placed.toml",
      (GOOD_TOP + GOOD_VARS).replace("discovery = true", `discovery = true\n${sources}`),
    );
    const token = await issuer.sign(claims());
    expect((await explain([...ROUTE, "--config", "placed.toml", "--token-in", place], token)).code).toBe(0);
    const misplaced = await explain([...ROUTE, "--config", "placed.toml"], token);
    expect(misplaced.code).toBe(1);
    expect(misplaced.stdout).toContain("Denied: token_missing");
  });

  it("takes no opaque token in a header that an issuer's tokens come in", async () => {
    const sources = 'tokenSources = [{ header = "X-Token" }]';
    await folder.write(
      "opaque.toml",
      (GOOD_TOP + GOOD_VARS).replace("discovery = true", `discovery = true\n${sources}`),
    );
    const args = [...ROUTE, "--no-token", "--config", "opaque.toml"];
    const { code, stderr } = await explain([...args, "--header", "X-Token: opaque-secret"], "");
    expect(code).toBe(2);
    expect(stderr).toContain("--header x-token may carry a token");
    expect(stderr).not.toContain("opaque-secret");
    expect((await explain([...args, "--header", "X-Other: harmless"], "")).code).toBe(1);
  });

  it.each([
    ["before", "issuer", () => forge({ alg: "ES256" }, { sub: "alice" })],
    ["after", "claims", () => issuer.sign(claims({ sub: undefined }))],
  ])("knows a claim that is missing %s the signature held", async (_when, step, makeToken) => {
    const { steps, decision } = await explainJson([], await makeToken());
    expect(decision.reason).toBe("claim_missing");
    expect(steps.at(-1)).toMatchObject({ step, verdict: "refused", verified: step === "claims" });
  });

  it("verifies with a shared secret from .dev.vars, and cannot tell without it", async () => {
    const secret = "a secret of 32 characters or more";
    const content = (GOOD_TOP + GOOD_VARS)
      .replace('["ES256"]', '["HS256"]')
      .replace("discovery = true", 'sharedSecret = "HMAC"');
    await folder.write("shared.toml", content);
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
    const args = [...ROUTE, "--config", "shared.toml"];
    const without = await explain(args, token);
    expect(without.code).toBe(3);
    expect(without.stdout).toContain("keys: the secret is not in .dev.vars  [from the shared secret]");
    await folder.write(".dev.vars", `HMAC="${secret}"\n`);
    const { code, stdout } = await explain(args, token);
    await folder.write(".dev.vars", "");
    expect(code).toBe(0);
    expect(stdout).not.toContain(secret);
  });

  it("says when an identity is too long for the origin, as the guard does", async () => {
    const { code, stdout } = await explain(
      ROUTE,
      await issuer.sign(claims({ scope: `orders:read ${"x".repeat(4_090)}` })),
    );
    expect(code).toBe(1);
    expect(stdout).toContain("Denied: identity_not_forwardable");
  });

  it("escapes what could steer a terminal", async () => {
    const { stdout } = await explain(
      ROUTE,
      forge({ alg: "ES256", kid: "\u001b[2J\u009b\u202e" }, { iss: "https://issuer.example" }),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).toContain("\\u001b[2J\\u009b\\u202e");
  });

  describe("with revocation records", () => {
    const withRecords = async (records: readonly object[], token: string) => {
      await folder.write("records.json", JSON.stringify({ records }));
      return explain([...ROUTE, "--records", "records.json", "--json"], token);
    };

    it.each([
      ["a revoked token", { kind: "token", id: "t-1", revoked: true }, "token_revoked"],
      ["a revoked session", { kind: "session", id: "s-1", revoked: true }, "token_revoked"],
      ["an outdated version", { kind: "subject", id: "alice", minimumTokenVersion: 4 }, "token_version_outdated"],
      ["a cut-off issuer", { kind: "issuer", issuedBefore: NOW }, "issued_before_cutoff"],
    ])("denies %s", async (_what, record, reason) => {
      const { code, stdout } = await withRecords(
        [{ issuer: "https://issuer.example", ...record }],
        await issuer.sign(claims()),
      );
      expect({ code, reason: JSON.parse(stdout).decision.reason }).toEqual({ code: 1, reason });
    });

    it.each([
      ["another user", { kind: "subject", id: "bob", minimumTokenVersion: 4 }],
      ["another issuer", { kind: "subject", issuer: "https://other.example", id: "alice", minimumTokenVersion: 4 }],
      ["an older version", { kind: "subject", id: "alice", minimumTokenVersion: 3 }],
    ])("allows what a record says of %s", async (_what, record) => {
      const { code, stdout } = await withRecords(
        [{ issuer: "https://issuer.example", ...record }],
        await issuer.sign(claims()),
      );
      expect({ code, revocation: JSON.parse(stdout).revocation }).toEqual({ code: 0, revocation: "from_file" });
    });

    it("recognises a record by the name that it has in KV", async () => {
      const env = { REVOCATION_KEY: "k".repeat(32) };
      const named = await jotgate(["name", "subject", "--issuer", "https://issuer.example", "--id", "alice"], { env });
      await folder.write(
        "records.json",
        JSON.stringify({ records: [{ name: named.stdout.trim(), issuedBefore: NOW }] }),
      );
      const args = ["explain", ...offline, ...ROUTE, "--records", "records.json"];
      const input = await issuer.sign(claims());
      const { code, stdout } = await jotgate(args, { cwd: folder.path, env, input });
      expect(code).toBe(1);
      expect(stdout).toContain("Denied: issued_before_cutoff (subject)");
      const unknown = await jotgate(args, { cwd: folder.path, input });
      expect(unknown.code).toBe(2);
      expect(unknown.stderr).toContain("REVOCATION_KEY");
    });

    it("cannot tell when a record cannot be read: exit code 3", async () => {
      const record = { kind: "token", issuer: "https://issuer.example", id: "t-1", revoked: "yes" };
      const { code, stdout } = await withRecords([record], await issuer.sign(claims()));
      expect({ code, reason: JSON.parse(stdout).decision.reason }).toEqual({
        code: 3,
        reason: "revocation_record_invalid",
      });
    });
  });

  describe("with the issuer's own keys", () => {
    let server: Server;
    let url: string;
    let answer: unknown;

    beforeAll(async () => {
      server = createServer((_request, response) => response.end(JSON.stringify(answer)));
      url = `${await listenOnLoopback(server)}/jwks.json`;
      await folder.write("remote.toml", (GOOD_TOP + GOOD_VARS).replace("discovery = true", `jwksUri = "${url}"`));
    });

    afterAll(() => closeServer(server));

    const remotely = async () =>
      jotgate(["explain", ...ROUTE, ...AT, "--config", "remote.toml"], {
        cwd: folder.path,
        input: await issuer.sign(claims()),
      });

    it("fetches them", async () => {
      answer = { keys: [issuer.publicJwk] };
      const { code, stdout } = await remotely();
      expect(stdout).toContain(`keys: there  [from ${url}]`);
      expect(code).toBe(0);
    });

    it("cannot tell without them, and says why: exit code 3", async () => {
      answer = { nothing: true };
      const { code, stdout } = await remotely();
      expect(stdout).toContain("keys: it has no JWK Set for this issuer");
      expect(stdout).toContain("Could not be found out: keys_unavailable");
      expect(stdout).toContain("503 unavailable, Retry-After");
      expect(code).toBe(3);
    });
  });

  describe("where a demo guard runs in the folder", () => {
    const hint = "a demo guard runs in this folder and trusts its own issuer: --remote asks that guard.\n";
    const running = () => `${folder.path}/.wrangler/demo/running.json`;

    beforeAll(async () => {
      await mkdir(`${folder.path}/.wrangler/demo`, { recursive: true });
      await folder.write(".wrangler/demo/running.json", JSON.stringify({ guard: "http://localhost:1" }));
    });
    afterAll(() => rm(`${folder.path}/.wrangler`, { recursive: true }));

    it("mentions --remote when an issuer is not trusted here, for the token may be the demo's", async () => {
      const stranger = forge({ alg: "ES256" }, { iss: "http://localhost:8788" });
      const { code, stdout, stderr } = await explain(ROUTE, stranger);
      expect(code).toBe(1);
      expect(stdout).toContain("Denied: issuer_not_trusted\n");
      expect(stderr).toBe(`jotgate explain: ${hint}`);
      await rm(running());
      expect((await explain(ROUTE, stranger)).stderr).toBe("");
      await folder.write(".wrangler/demo/running.json", "{}");
    });

    it("does not mention it with other reasons", async () => {
      const { code, stderr } = await explain(ROUTE, await issuer.sign(claims({ scope: "x" })));
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    });
  });

  it("has a stable shape for scripts", async () => {
    const explained = await explainJson([], await issuer.sign(claims({ scope: "" })));
    expect(explained).toMatchObject({
      format: 1,
      command: "explain",
      request: { method: "GET", scheme: "https", host: "localhost", path: "/api/orders/7" },
      now: NOW,
      decision: { outcome: "deny", reason: "insufficient_scope", required: ["orders:read"] },
      route: { index: 1, path: "/api/orders/*" },
      revocation: "not_looked_at",
      client: { status: 403, code: "insufficient_scope" },
    });
    expect(explained.steps.map((step: { step: string; verdict: string }) => `${step.step} ${step.verdict}`)).toEqual([
      "route passed",
      "transport passed",
      "token passed",
      "form passed",
      "issuer passed",
      "header passed",
      "key passed",
      "signature passed",
      "claims passed",
      "revocation unchecked",
      "permission refused",
    ]);
  });

  it("reads the token from a file", async () => {
    await folder.write("token.txt", `${await issuer.sign(claims())}\n`);
    const { code } = await explain([...ROUTE, "--token-file", "token.txt"], "");
    expect(code).toBe(0);
  });

  it.each([
    ["without --route", [], "t", "Say which request"],
    ["with a route that is none", ["--route", "orders"], "t", "method and path"],
    ["with an empty token", ROUTE, "\n", "The token is empty"],
    ["with a token in a header", [...ROUTE, "--header", "Authorization: Bearer secret-token"], "t", "no place for one"],
    ["with a token in any header", [...ROUTE, "--header", "X-Any: eyJhbGciOiJub25lIn0.eyJ.x"], "t", "no place for one"],
    ["with a token as an argument", [...ROUTE, "eyJhbGciOiJub25lIn0.e30.secret-token"], "t", "an argument too many"],
    ["with an unknown place for the token", [...ROUTE, "--token-in", "query:secret-token"], "t", "--token-in"],
    ["with a time that is none", [...ROUTE, "--now", "tomorrow"], "t", "--now"],
    [
      "with a file that is not there",
      [...ROUTE, "--token-file", "nowhere.txt"],
      "",
      "nowhere.txt: cannot be read (ENOENT)",
    ],
    ["with a folder for a file", [...ROUTE, "--token-file", "."], "", "cannot be read (EISDIR)"],
    [
      "with both a token and none",
      [...ROUTE, "--token-file", "x", "--no-token"],
      "",
      "either --token-file or --no-token",
    ],
    ["with endless input", ROUTE, "x".repeat(70_000), "more than 65536 bytes"],
  ])("is wrong usage %s, and repeats no secret", async (_what, args, input, message) => {
    const { code, stdout, stderr } = await explain(args, input);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("secret-token");
  });

  it("cannot tell anything with a wrong configuration, and names its problems: exit code 3", async () => {
    await folder.write("wrong.toml", (GOOD_TOP + GOOD_VARS).replace('access = "public"', 'access = "open"'));
    const { code, stdout, stderr } = await explain([...ROUTE, "--config", "wrong.toml", "--json"], "t");
    expect(code).toBe(3);
    expect(stderr).toContain('wrong.toml:22  ROUTES[0].access does not fit. Write "public", "bearer" or "optional".');
    expect(JSON.parse(stdout)).toMatchObject({ format: 1, command: "explain" });
  });
});
