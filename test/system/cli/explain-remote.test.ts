import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard } from "../support/guard.ts";
import { Origin } from "../support/origin.ts";
import { TestOperator } from "../support/test-operator.ts";
import { trust } from "../support/trust.ts";
import { Folder, jotgate as run } from "./command-line.ts";

/* Explanations by a guard that runs, beside those that are made locally with the same configuration. */

const ada = new TestOperator("ada", "admin");
const vera = new TestOperator("vera", "viewer");
const ISSUER = "https://issuer.example";
const ROUTES = [
  { path: "/health", access: "public" },
  { path: "/api/orders/*", methods: ["GET"], access: "bearer", scopes: ["orders:read"] },
];

describe("jotgate explain --remote", () => {
  let origin: Origin;
  let guard: Guard;
  let folder: Folder;
  let issuer: TestIssuer;

  beforeAll(async () => {
    origin = await Origin.start();
    issuer = await TestIssuer.create(ISSUER);
    const vars = { ORIGIN: origin.url, REQUIRE_HTTPS: false, ISSUERS: [trust(issuer)], ROUTES };
    const operators = { OPERATORS: [ada.entry, vera.entry] };
    guard = await Guard.start({ ...vars, ...operators }, { configPath: "ledger.toml" });
    folder = await Folder.create({ "wrangler.json": localConfig(vars), "records.json": '{"records":[]}' });
  });

  afterAll(async () => {
    await guard?.stop();
    await origin?.stop();
    await folder?.remove();
  });

  const jotgate = (args: readonly string[], { as = vera, input = "" }: { as?: TestOperator; input?: string } = {}) =>
    run(args, { cwd: folder.path, input, env: { JOTGATE_URL: guard.url.origin, JOTGATE_SECRET: as.secret } });
  const explain = (input: string, ...args: readonly string[]) =>
    jotgate(["explain", "--remote", "--route", "GET /api/orders/7", ...args], { input });
  const claims = (overrides: Record<string, unknown> = {}) => issuer.claims({ scope: "orders:read", ...overrides });

  it("shows why a request is allowed, with the revocation state that the guard has now", async () => {
    const { code, stdout, stderr } = await explain(await issuer.sign(claims({ sub: "zoe" })));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`GET ${guard.url.origin}/api/orders/7 at `);
    expect(stdout).toContain('✓ route       GET "/api/orders/7": ROUTES[1] GET HEAD /api/orders/*');
    expect(stdout).toMatch(/✓ revocation {2}token ".*": no record\n/);
    expect(stdout).toMatch(/\n {14}(?:mirror|kv): as of \d+/);
    expect(stdout).toContain('X-Jotgate-Subject: "zoe"');
    expect(stdout).toMatch(/\nAllowed with its token\.\n$/);
  });

  it("shows the record that ends a token, and nothing of it once that is lifted", async () => {
    const token = await issuer.sign(claims({ sub: "yan" }));
    const cut = await jotgate(["cutoff", "--issuer", ISSUER, "--subject", "yan", "--wait", "--json"], { as: ada });
    const denied = await explain(token);
    expect(denied.code).toBe(1);
    expect(denied.stdout).toMatch(/✗ revocation {2}token/);
    expect(denied.stdout).toMatch(/subject "yan": issuedBefore \d+/);
    expect(denied.stdout).toContain("Denied: issued_before_cutoff (subject)\n");
    expect((await guard.present(token, "/api/orders/7")).status).toBe(401);
    const { name } = JSON.parse(cut.stdout) as { name: string };
    await jotgate(["lift", name, "--wait"], { as: ada });
    expect((await explain(token)).code).toBe(0);
  });

  it.each([
    ["no token", "GET /api/orders/7", ["--no-token"], () => "", "token_missing"],
    ["no route", "POST /api/orders/7", ["--no-token"], () => "", "no_matching_route"],
    ["an expired token", "GET /api/orders/7", [], () => issuer.sign(claims({ iat: 1, exp: 2 })), "token_expired"],
    ["too little scope", "GET /api/orders/7", [], () => issuer.sign(claims({ scope: "x" })), "insufficient_scope"],
    ["a public route", "GET /health", ["--no-token"], () => "", null],
  ])("decides as it does locally: %s", async (_what, route, more, makeToken, reason) => {
    const input = await makeToken();
    const args = ["explain", "--route", route, ...more, "--json"];
    const here = await jotgate([...args, "--records", "records.json"], { input });
    const there = await jotgate([...args, "--remote"], { input });
    expect(there.code).toBe(here.code);
    const [local, remote] = [JSON.parse(here.stdout), JSON.parse(there.stdout)];
    expect(Object.keys(remote)).toEqual(Object.keys(local));
    expect(remote.decision).toEqual(local.decision);
    expect(remote.decision.reason).toBe(reason);
    expect(remote.client).toEqual(local.client);
    const names = ({ steps }: { steps: { step: string; verdict: string }[] }) =>
      steps.map(({ step, verdict }) => `${step} ${verdict}`);
    expect(names(remote)).toEqual(names(local));
  });

  it("sends the token where it is told to, and other headers", async () => {
    const { stdout } = await explain(await issuer.sign(claims()), "--token-in", "cookie:session", "--header", "X-A: b");
    expect(stdout).toContain("Denied: token_missing\n");
  });

  it("neither logs nor shows the token, and counts as no decision of the guard", async () => {
    const token = await issuer.sign(claims({ sub: "nobody-else" }));
    const before = guard.decisions.length;
    const { stdout } = await explain(token, "--json");
    expect(stdout).not.toContain(token.slice(0, 40));
    expect(guard.decisions).toHaveLength(before);
    const audited = await jotgate(["audit", "--json"]);
    expect(audited.stdout).not.toContain("nobody-else");
  });

  it.each([
    ["keys of one's own", ["--keys", "jwks.json"], "Leave --keys out: the guard that is asked has its own."],
    ["records of one's own", ["--records", "r.json"], "Leave --records out"],
    ["a configuration of one's own", ["--config", "w.toml"], "Leave --config out"],
    ["a time of one's own", ["--now", "5"], "Leave --now out"],
    ["a place that is none", ["--token-in", "query"], "Write --token-in as"],
    ["a header with a token", ["--header", "Authorization: x"], "--header authorization may carry a token"],
  ])("is wrong usage with %s", async (_what, args, message) => {
    const { code, stdout, stderr } = await explain("x", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("asks the guard that --url names, and no other for a secret", async () => {
    const args = ["explain", "--route", "GET /health", "--no-token"];
    const { code, stdout } = await jotgate([...args, "--url", guard.url.origin]);
    expect(code).toBe(0);
    expect(stdout).toContain("Allowed without a token (public).\n");
    const misplaced = await jotgate([...args, "--secret-file", "secret"]);
    expect(misplaced).toMatchObject({ code: 2, stderr: expect.stringContaining("add --remote or --url.") });
  });

  it("is for operators", async () => {
    const stranger = new TestOperator("x", "viewer");
    const asked = await jotgate(["explain", "--remote", "--route", "GET /health", "--no-token"], { as: stranger });
    expect(asked).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no operator") });
  });
});

function localConfig(vars: object): string {
  return JSON.stringify({
    name: "guard",
    compatibility_flags: ["global_fetch_strictly_public"],
    kv_namespaces: [{ binding: "REVOCATIONS" }],
    vars,
    secrets: { required: ["REVOCATION_KEY"] },
  });
}
