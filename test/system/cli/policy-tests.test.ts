import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, GOOD_TOP, GOOD_VARS, jotgate } from "./command-line.ts";

const policies = readdirSync("test/policies").map((name) => join("test/policies", name));

describe("jotgate test", () => {
  let folder: Folder;

  beforeAll(async () => {
    folder = await Folder.create({ "wrangler.toml": GOOD_TOP + GOOD_VARS });
  });

  afterAll(() => folder.remove());

  const test = async (content: string, args: readonly string[] = [], name = "policy.toml") => {
    await folder.write(name, content);
    return jotgate(["test", name, ...args], { cwd: folder.path });
  };
  const one = (lines: string) => `[[cases]]\nname = "case"\n${lines}\n`;
  const outcome = async (lines: string) => {
    const { stdout } = await test(one(lines), ["--json"]);
    return JSON.parse(stdout).files[0].cases[0];
  };

  it("passes our own example policies, which touch every route", async () => {
    const { code, stdout } = await jotgate(["test", ...policies, "--min-coverage", "100"]);
    expect(stdout).toMatch(/\n\d+ passed, 0 failed\n$/);
    expect(code).toBe(0);
  });

  it("has its complete example in the documentation", () => {
    expect(readFileSync("docs/policy-tests.md", "utf8")).toContain(readFileSync("test/policies/demo.toml", "utf8"));
  });

  it("shows what was expected, what came, where the case stands and what was compared", async () => {
    const { code, stdout } = await test(
      one('request = "GET /api/orders/1"\ntoken = { claims = { scope = "other" } }\nexpect = "allow"'),
    );
    expect(code).toBe(1);
    expect(stdout).toBe(`policy.toml
  ✗ case  (policy.toml:1)
      expected the decision allow, got deny (insufficient_scope)
      scopes: "other"  [all of orders:read]

wrangler.toml: 0 of 3 routes touched
  no passed case touches ROUTES[0] any method /health (line 20)
  no passed case touches ROUTES[1] GET HEAD /api/orders/* (line 24)
  no passed case touches ROUTES[2] any method /api/* (line 30)
0 passed, 1 failed
`);
  });

  it.each([
    ["another reason", 'request = "GET /api/x"\nexpect = "deny"\nreason = "token_expired"', "got deny (token_missing)"],
    [
      "another status",
      'request = "GET /api/x"\nexpect = "deny"\nreason = "token_missing"\nstatus = 403',
      "status 403, got 401",
    ],
    ["another route", 'request = "GET /health"\nexpect = "allow"\nroute = "/api/*"', "route /api/*, got /health"],
    [
      "another identity",
      'request = "GET /api/x"\ntoken = {}\nexpect = "allow"\nidentity = { X-Jotgate-Subject = "bob" }',
      "X-Jotgate-Subject: bob, got test-subject",
    ],
  ])("fails for %s than expected", async (_what, lines, difference) => {
    const { ok, differences } = await outcome(lines);
    expect(ok).toBe(false);
    expect(differences.join("\n")).toContain(difference);
  });

  it.each([
    [
      "keys that cannot be had",
      'token = {}\nkeys = "unavailable"\nexpect = "indeterminate"\nreason = "keys_unavailable"',
    ],
    [
      "a store that cannot be had",
      'token = {}\nstore = "unavailable"\nexpect = "indeterminate"\nreason = "revocation_unavailable"',
    ],
    ["a claim that is left out", 'token = { without = ["sub"] }\nexpect = "deny"\nreason = "claim_missing"'],
    [
      "a header of another type",
      'token = { header = { typ = "logout+jwt" } }\nexpect = "deny"\nreason = "token_type_not_accepted"',
    ],
    [
      "an algorithm of another issuer",
      'token = { header = { alg = "RS256" } }\nexpect = "deny"\nreason = "algorithm_not_allowed"',
    ],
    ["an unknown key", 'token = { header = { kid = "old" } }\nexpect = "deny"\nreason = "key_not_found"'],
    ["text that is no token", 'token = { text = "x.y" }\nexpect = "deny"\nreason = "token_malformed"'],
    ["a token in the wrong place", 'token = { in = "header:X-Token" }\nexpect = "deny"\nreason = "token_missing"'],
    ["plain http", 'request = "GET http://api.example/api/x"\ntoken = {}\nexpect = "deny"\nreason = "https_required"'],
    ["headers", 'token = {}\nheaders = { Authorization = "Basic x" }\nexpect = "allow"'],
    [
      "a date for a time",
      'token = { claims = { exp = 2029-12-31T23:59:00Z } }\nexpect = "deny"\nreason = "token_expired"',
    ],
    [
      "a time of its own",
      'now = "2031-01-01T00:00:00Z"\ntoken = { claims = { iat = 1924992000, exp = 1924992060 } }\nexpect = "allow"',
    ],
    [
      "a record of another user",
      'token = {}\nrecords = [{ kind = "subject", id = "bob", minimumTokenVersion = 9 }]\nexpect = "allow"',
    ],
    [
      "a cut-off before the token",
      'token = {}\nrecords = [{ kind = "issuer", issuedBefore = "now - 1" }]\nexpect = "allow"',
    ],
    [
      "a cut-off in its second",
      'token = {}\nrecords = [{ kind = "issuer", issuedBefore = "now" }]\nexpect = "deny"\nreason = "issued_before_cutoff"',
    ],
    [
      "a record that has ended",
      'token = {}\nrecords = [{ kind = "token", revoked = true, until = "now" }]\nexpect = "allow"',
    ],
  ])("plays %s", async (_what, lines) => {
    const request = lines.includes("request") ? "" : 'request = "GET /api/x"\n';
    const { ok, actual } = await outcome(request + lines);
    expect({ ok, actual }).toMatchObject({ ok: true });
  });

  it.each(["RS256", "PS512", "ES384", "ES512", "EdDSA", "HS256"])("signs with %s", async (algorithm) => {
    const shared = algorithm === "HS256";
    const config = (GOOD_TOP + GOOD_VARS)
      .replace('["ES256"]', `["${algorithm}"]`)
      .replace("discovery = true", shared ? 'sharedSecret = "HMAC"' : "discovery = true");
    await folder.write("other.toml", config);
    const content = one('request = "GET /api/x"\ntoken = {}\nexpect = "allow"');
    expect((await test(content, ["--config", "other.toml"])).code).toBe(0);
    const forged = one(
      'request = "GET /api/x"\ntoken = { signature = "forged" }\nexpect = "deny"\nreason = "signature_invalid"',
    );
    expect((await test(forged, ["--config", "other.toml"])).code).toBe(0);
  });

  it("asks which issuer is meant where there are two", async () => {
    const second =
      '\n[[vars.ISSUERS]]\nissuer = "https://second.example"\naudiences = ["https://api.example"]\nalgorithms = ["ES256"]\ndiscovery = true\n';
    await folder.write("two.toml", GOOD_TOP + GOOD_VARS + second);
    const lines = 'request = "GET /api/x"\nexpect = "allow"\n';
    const { code, stdout } = await test(one(`${lines}token = {}`), ["--config", "two.toml"]);
    expect(code).toBe(1);
    expect(stdout).toContain("the guard trusts 2 issuers: say which one issued the token");
    const named = await test(one(`${lines}token = { issuer = "https://second.example" }`), ["--config", "two.toml"]);
    expect(named.code).toBe(0);
  });

  describe("coverage", () => {
    const health = one('request = "GET /health"\nexpect = "allow"');

    it.each([
      ["33", 0],
      ["33.4", 1],
      ["100", 1],
    ])("of one route in three against --min-coverage %s: exit code %i", async (percent, code) => {
      const run = await test(health, ["--min-coverage", percent]);
      expect(run.code).toBe(code);
      expect(run.stderr).toBe(
        code === 0 ? "" : `jotgate test: 33 % of the routes are touched; --min-coverage asks for ${percent} %.\n`,
      );
    });

    it.each([
      ["passes", 'request = "GET /api/x"\nexpect = "deny"\nreason = "token_missing"', [2]],
      ["fails", 'request = "GET /api/x"\nexpect = "deny"\nreason = "token_expired"', []],
      ["fails for its status alone", 'request = "GET /health"\nexpect = "allow"\nstatus = 403', []],
    ])("of a route that a case touches which %s", async (_what, lines, touched) => {
      const { stdout } = await test(one(lines), ["--json"]);
      expect(JSON.parse(stdout).coverage.configurations).toMatchObject([{ touched }]);
    });

    it("of a route with a case that fails and one that passes counts the one that passes", async () => {
      const passes = one('request = "GET /health"\nexpect = "allow"');
      const fails = one('request = "GET /health"\nexpect = "deny"\nreason = "token_missing"').replace(
        'case"',
        'other"',
      );
      const { code, stdout } = await test(passes + fails, ["--json"]);
      expect(code).toBe(1);
      expect(JSON.parse(stdout).coverage).toMatchObject({ configurations: [{ touched: [0] }] });
    });

    it("counts a configuration once, whether it is named, in whatever way, or the default", async () => {
      await folder.write("default.toml", health);
      await folder.write("named.toml", `config = "wrangler.toml"\n${health}`);
      await folder.write("absolute.toml", `config = ${JSON.stringify(join(folder.path, "wrangler.toml"))}\n${health}`);
      const names = ["default.toml", "named.toml", "absolute.toml"];
      const { stdout } = await jotgate(["test", ...names, "--json"], { cwd: folder.path });
      const { coverage } = JSON.parse(stdout);
      expect(coverage.configurations).toHaveLength(1);
      expect(coverage.percent).toBeCloseTo(100 / 3);
    });

    it("counts an environment of it for itself", async () => {
      const production = (GOOD_TOP + GOOD_VARS).replaceAll(/^(\[+)(?=vars|kv_|secrets)/gm, "$1env.production.");
      await folder.write("two-environments.toml", `${GOOD_TOP}${GOOD_VARS}${production.replace(/^name.*\n.*\n/, "")}`);
      await folder.write("top.toml", `config = "two-environments.toml"\n${health}`);
      await folder.write("production.toml", `config = "two-environments.toml"\nenv = "production"\n${health}`);
      const { stdout } = await jotgate(["test", "top.toml", "production.toml", "--json"], { cwd: folder.path });
      expect(JSON.parse(stdout).coverage.configurations).toMatchObject([
        { environment: null, touched: [0] },
        { environment: "production", touched: [0] },
      ]);
    });

    it.each(["101", "-1", "all"])("of %s percent is wrong usage", async (percent) => {
      expect((await test(health, [`--min-coverage=${percent}`])).code).toBe(2);
    });
  });

  it("writes JUnit XML that survives every name", async () => {
    const name = JSON.stringify('a "quoted" <name> & \u0001');
    const { code } = await test(`[[cases]]\nname = ${name}\nrequest = "GET /api/x"\nexpect = "allow"\n`, [
      "--junit",
      "junit.xml",
    ]);
    expect(code).toBe(1);
    const xml = readFileSync(join(folder.path, "junit.xml"), "utf8");
    expect(xml).toContain('<testsuites name="jotgate" tests="1" failures="1">');
    expect(xml).toContain('<testcase name="a &quot;quoted&quot; &lt;name&gt; &amp; \ufffd" classname="policy.toml"');
    expect(xml).toContain(
      '<failure message="expected the decision allow, got deny (token_missing)">policy.toml:1&#10;',
    );
  });

  it("has a stable shape for scripts", async () => {
    const { stdout } = await test(one('request = "GET /health"\nexpect = "allow"'), ["--json"]);
    expect(JSON.parse(stdout)).toEqual({
      format: 1,
      command: "test",
      ok: true,
      passed: 1,
      failed: 0,
      files: [
        {
          file: "policy.toml",
          cases: [
            {
              name: "case",
              line: 1,
              ok: true,
              expected: { outcome: "allow", reason: null },
              actual: { outcome: "allow", as: "public", reason: null },
              differences: [],
            },
          ],
        },
      ],
      coverage: {
        percent: 100 / 3,
        configurations: [
          {
            file: "wrangler.toml",
            environment: null,
            routes: 3,
            touched: [0],
            untouched: ["ROUTES[1] GET HEAD /api/orders/*", "ROUTES[2] any method /api/*"],
          },
        ],
      },
    });
  });

  it.each([
    ["no case", "cases = []", "policy.toml:1:1: cases does not fit. Write at least one case."],
    [
      "a misspelt setting",
      one('request = "GET /x"\nexpect = "allow"\nexpects = 1'),
      "policy.toml:5:1: cases[0].expects is not a setting.",
    ],
    ["no expectation", one('request = "GET /x"'), "policy.toml:1:1: cases[0].expect is missing."],
    [
      "a refusal without a reason",
      one('request = "GET /x"\nexpect = "deny"'),
      "policy.toml:1:1: cases[0] has no reason.",
    ],
    [
      "a reason that is none",
      one('request = "GET /x"\nexpect = "deny"\nreason = "because"'),
      "policy.toml:5:1: cases[0].reason does not fit.",
    ],
    [
      "a request that is none",
      one('request = "/x"\nexpect = "allow"'),
      "policy.toml:3:1: cases[0].request is no request.",
    ],
    [
      "a token that is not there",
      one('request = "GET /x"\ntoken = "carol"\nexpect = "allow"'),
      "policy.toml:4:1: cases[0].token names no token.",
    ],
    [
      "a record that could not be read",
      one('request = "GET /x"\ntoken = {}\nrecords = [{ kind = "token" }]\nexpect = "allow"'),
      "policy.toml:5:12: cases[0].records[0] is no record",
    ],
    [
      "a time that is none",
      one('request = "GET /x"\nnow = "soon"\nexpect = "allow"'),
      "policy.toml:4:1: cases[0].now is no time.",
    ],
    [
      "the same name twice",
      one('request = "GET /x"\nexpect = "allow"').repeat(2),
      "policy.toml:6:1: cases[1].name appears twice.",
    ],
    ["broken TOML", "[[cases", "policy.toml:1:"],
  ])("names file, line and remedy of a file with %s: exit code 2", async (_what, content, message) => {
    const { code, stdout, stderr } = await test(content);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("names the line of broken JSON", async () => {
    const { code, stderr } = await test('{\n  "cases": [\n    { "name": }\n  ]\n}', [], "policy.json");
    expect(code).toBe(2);
    expect(stderr).toContain("policy.json:3:15: is no JSON: ValueExpected. Correct this line.");
  });

  it("does not say of a wrong reason that there is none", async () => {
    const { stderr } = await test(one('request = "GET /x"\nexpect = "deny"\nreason = "because"'));
    expect(stderr.match(/policy\.toml:\d+:\d+: .+/g)).toEqual([
      "policy.toml:5:1: cases[0].reason does not fit. Write a reason of docs/reasons.md.",
    ]);
  });

  it("lists every problem of a file at once", async () => {
    const { stderr } = await test(
      one('request = "/x"\nexpect = "allow"\nnow = "soon"') + one('request = "GET /x"').replace("case", "cases"),
    );
    expect(stderr.match(/^(?:jotgate test: )?policy\.toml:\d+:\d+: .+$/gm)).toHaveLength(3);
  });

  it("cannot tell anything with a wrong configuration: exit code 3", async () => {
    await folder.write("wrong.toml", (GOOD_TOP + GOOD_VARS).replace('access = "public"', 'access = "open"'));
    const { code, stderr } = await test(one('request = "GET /x"\nexpect = "allow"'), ["--config", "wrong.toml"]);
    expect(code).toBe(3);
    expect(stderr).toContain("wrong.toml:22  ROUTES[0].access does not fit.");
  });
});
