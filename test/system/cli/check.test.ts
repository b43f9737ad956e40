import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, GOOD_TOP, GOOD_VARS, jotgate } from "./command-line.ts";

interface Finding {
  readonly severity: string;
  readonly code: string;
  readonly path: string;
  readonly line: number;
  readonly file: string;
}

describe("jotgate check", () => {
  let folder: Folder;

  beforeAll(async () => {
    folder = await Folder.create();
  });

  afterAll(() => folder.remove());

  const check = async (content: string, args: readonly string[] = [], name = "wrangler.toml") => {
    await folder.write(name, content);
    return jotgate(["check", "--config", name, ...args], { cwd: folder.path });
  };
  const findings = async (content: string, args: readonly string[] = []) => {
    const { stdout } = await check(content, [...args, "--json"]);
    const { findings: found } = JSON.parse(stdout) as { findings: readonly Finding[] };
    return found.filter(({ severity }) => severity !== "info").map(({ code, path, line }) => `${line} ${path} ${code}`);
  };
  /** Line on which the changed configuration has this text. */
  const lineOf = (content: string, text: string) => content.slice(0, content.indexOf(text)).split("\n").length;

  it("finds nothing wrong with a good configuration, and says that there is no ledger", async () => {
    const { code, stdout, stderr } = await check(GOOD_TOP + GOOD_VARS, ["--strict"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      `wrangler.toml:1:1: info: LEDGER is not bound, so revocation takes as long as KV does.
    Bind LEDGER (docs/configuration.md) for a stated bound; KV alone promises none.
wrangler.toml: no problems, no warnings.
`,
    );
  });

  const LEDGER = '\n[[durable_objects.bindings]]\nname = "LEDGER"\nclass_name = "Ledger"\n';

  it("has nothing to say where a ledger is bound", async () => {
    const { stdout } = await check(GOOD_TOP + LEDGER + GOOD_VARS);
    expect(stdout).toBe("wrangler.toml: no problems, no warnings.\n");
  });

  it.each([
    [
      "their own tokens' audience",
      'OPERATOR_ISSUER = { issuer = "https://ops.example", audiences = false, algorithms = ["ES256"], discovery = true }',
      "OPERATOR_ISSUER.audiences",
    ],
    [
      "their keys",
      'OPERATOR_ISSUER = { issuer = "https://ops.example", audiences = ["ops"], algorithms = ["ES256"], keys = [{ kty = "EC" }] }',
      "OPERATOR_ISSUER.keys[0]",
    ],
    ["Access", 'OPERATOR_ACCESS = { team = "team", audience = "a", roles = [] }', "OPERATOR_ACCESS.team"],
  ])("reports what is wrong with the settings of operators: %s", async (_what, setting, path) => {
    const { code, stdout } = await check(GOOD_TOP + LEDGER + GOOD_VARS.replace("[vars]\n", `[vars]\n${setting}\n`));
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^wrangler\\.toml:\\d+:\\d+: problem: ${path.replace(/[[\].]/g, "\\$&")} `, "m"));
  });

  describe("of operators", () => {
    const STAFF =
      'OPERATOR_ISSUER = { issuer = "https://ops.example", audiences = ["ops"], algorithms = ["ES256"], discovery = true }';
    const TEAM =
      'OPERATOR_ACCESS = { team = "https://team.cloudflareaccess.com", audience = "tag", roles = [{ email = "a@example.com", role = "viewer" }] }';
    const withOperators = (...settings: readonly string[]) =>
      GOOD_TOP + LEDGER + GOOD_VARS.replace("[vars]\n", `[vars]\n${settings.join("\n")}\n`);

    it("finds nothing wrong with good settings", async () => {
      expect(await findings(withOperators(STAFF, TEAM))).toEqual([]);
    });

    it("reports every problem at once, whatever else is wrong", async () => {
      const content = withOperators(
        STAFF.replace('["ops"]', "false"),
        TEAM.replace("https://team.cloudflareaccess.com", "team"),
        'OPERATORS = [{ name = "a", role = "owner", secretHash = "x" }]',
      ).replace('access = "public"', 'access = "open"');
      const found = await findings(content);
      expect(found.map((finding) => finding.split(" ")[1])).toEqual([
        "OPERATORS[0].role",
        "OPERATORS[0].secretHash",
        "ROUTES[0].access",
        "OPERATOR_ISSUER.audiences",
        "OPERATOR_ACCESS.team",
      ]);
    });

    it.each([
      [
        "what does not fit as well",
        STAFF.replace("discovery = true", "discovery = true, maxLifetime = 0"),
        ["maxLifetime"],
      ],
      [
        "a contradiction beside it",
        STAFF.replace('["ops"]', "false").replace("true }", "true, maxLifetime = 0 }"),
        ["maxLifetime", "audiences"],
      ],
      ["another form altogether", 'OPERATOR_ISSUER = "https://ops.example"', [""]],
      ["nothing in it", "OPERATOR_ISSUER = {}", ["issuer", "audiences", "algorithms"]],
    ])("reports each problem once, with %s", async (_what, setting, settings) => {
      const found = await findings(withOperators(setting).replace('access = "public"', 'access = "open"'));
      const paths = found.map((finding) => finding.split(" ")[1]).filter((path) => path?.startsWith("OPERATOR_ISSUER"));
      expect(paths).toEqual(settings.map((name) => (name === "" ? "OPERATOR_ISSUER" : `OPERATOR_ISSUER.${name}`)));
    });

    it.each([
      ["false", "OPERATOR_ISSUER.audiences"],
      ['["https://api.example"]', "OPERATOR_ISSUER.audiences"],
    ])("does not warn of what it calls a problem: audiences = %s", async (audiences, path) => {
      const setting = STAFF.replace("ops.example", "issuer.example").replace('["ops"]', audiences);
      const content = withOperators(setting);
      expect(await findings(content)).toEqual([`${lineOf(content, setting)} ${path} configuration_invalid`]);
    });

    it("reports settings that need a ledger where there is none, whatever else is wrong", async () => {
      const content = withOperators(STAFF, TEAM).replace(LEDGER, "").replace('access = "public"', 'access = "open"');
      const found = await findings(content);
      expect(found.map((finding) => finding.split(" ")[1])).toEqual([
        "ROUTES[0].access",
        "OPERATOR_ISSUER",
        "OPERATOR_ACCESS",
      ]);
    });

    it.each([
      ["lifetime_long", "OPERATOR_ISSUER.maxLifetime", STAFF.replace("discovery", "maxLifetime = 86401, discovery")],
      ["audience_is_issuer", "OPERATOR_ISSUER.audiences[0]", STAFF.replace('["ops"]', '["https://ops.example/"]')],
      ["audience_unspecific", "OPERATOR_ISSUER.audiences[0]", STAFF.replace('["ops"]', '["any"]')],
      ["audience_shared", "OPERATOR_ISSUER.audiences[1]", STAFF.replace('["ops"]', '["ops", "https://api.example"]')],
      ["audience_shared", "OPERATOR_ACCESS.audience", TEAM.replace('"tag"', '"https://api.example"')],
      ["roles_empty", "OPERATOR_ACCESS.roles", TEAM.replace(/roles = .*\]/, "roles = []")],
      [
        "claim_of_users",
        "OPERATOR_ISSUER.scopeClaim",
        STAFF.replace("discovery", 'scopeClaim = "nickname", discovery'),
      ],
      [
        "claim_of_users",
        "OPERATOR_ISSUER.scopeClaim",
        STAFF.replace("discovery", 'scopeClaim = ["user_metadata", "roles"], discovery'),
      ],
      [
        "claim_of_users",
        "OPERATOR_ISSUER.scopeClaim",
        STAFF.replace("discovery", 'scopeClaim = "https://ops.example/user_metadata", discovery'),
      ],
      [
        "claim_of_users",
        "OPERATOR_ISSUER.subjectClaim",
        STAFF.replace("discovery", 'subjectClaim = "email", discovery'),
      ],
    ])("warns of %s at %s, which counts as a problem only with --strict", async (code, path, setting) => {
      const content = withOperators(setting);
      const line = lineOf(content, setting);
      expect(await findings(content)).toEqual([`${line} ${path} ${code}`]);
      expect((await check(content)).code).toBe(0);
      expect((await check(content, ["--strict"])).code).toBe(1);
    });

    it.each([
      ["tokens of a day", STAFF.replace("discovery", "maxLifetime = 86400, discovery")],
      [
        "a claim that the issuer decides on",
        STAFF.replace("discovery", 'scopeClaim = ["app_metadata", "roles"], discovery'),
      ],
      [
        "a claim within another with a user's name for it",
        STAFF.replace("discovery", 'scopeClaim = ["realm", "name"], discovery'),
      ],
    ])("does not warn of %s", async (_what, setting) => {
      expect(await findings(withOperators(setting))).toEqual([]);
    });

    it.each([
      ["another place for their tokens", '[{ cookie = "ops" }]', 1],
      ["a second place", '["authorization", { header = "X-Ops" }]', 1],
      ["the place where they come from anyway", '["authorization"]', 0],
    ])("tokenSources with %s: %j", async (_what, sources, problems) => {
      const content = withOperators(STAFF.replace("discovery", `tokenSources = ${sources}, discovery`));
      const { stdout } = await check(content, ["--json"]);
      const told = JSON.parse(stdout) as { findings: readonly object[] };
      expect(told.findings).toHaveLength(problems);
      if (problems > 0) {
        expect(told.findings).toMatchObject([
          { severity: "problem", path: "OPERATOR_ISSUER.tokenSources", problem: "is not for operators" },
        ]);
      }
    });

    it("their mistakes leave the guard itself alone, and what is decided can be explained", async () => {
      await folder.write("operators.toml", withOperators(STAFF.replace('["ops"]', "false")));
      const args = ["--config", "operators.toml", "--route", "GET /health", "--no-token"];
      expect(await jotgate(["explain", ...args], { cwd: folder.path })).toMatchObject({ code: 0, stderr: "" });
    });
  });

  it.each([
    ["a value that does not fit", 'access = "public"', 'access = "open"', "ROUTES[0].access"],
    ["a setting that is none", 'access = "public"', 'access = "public"\nacess = 1', "ROUTES[0].acess"],
    ["a path that no request has", 'path = "/health"', 'path = "health"', "ROUTES[0].path"],
    [
      "a setting deep inside",
      'access = "public"',
      'access = "bearer"\nclaims = [\n  { claim = "a" },\n]',
      "ROUTES[0].claims[0]",
    ],
    ["an issuer without keys", "discovery = true\n", "", "ISSUERS[0]"],
    ["a key that is none", "discovery = true", 'keys = [{ kty = "EC" }]', "ISSUERS[0].keys[0]"],
  ])("reports %s with its line, its path and a remedy", async (_what, good, wrong, path) => {
    const content = (GOOD_TOP + GOOD_VARS).replace(good, wrong);
    const { code, stdout } = await check(content);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^wrangler\\.toml:\\d+:\\d+: problem: ${path.replace(/[[\].]/g, "\\$&")} .+\\.\n {4}.+`, "m"),
    );
  });

  it("names the line where a file is no TOML", async () => {
    const { code, stderr } = await check(`${GOOD_TOP}broken = \n`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^jotgate check: wrangler\.toml:9:\d+: is no TOML: .+ Correct this line\.\n$/);
  });

  it("gives the very line, and for what is missing the table that it is missing in", async () => {
    const content = (GOOD_TOP + GOOD_VARS).replace('access = "public"\n', "").replace('["ES256"]', '["ES257"]');
    const [algorithms, access] = [lineOf(content, '["ES257"]'), lineOf(content, "[[vars.ROUTES]]")];
    expect(await findings(content)).toEqual([
      `${algorithms} ISSUERS[0].algorithms[0] configuration_invalid`,
      `${access} ROUTES[0].access configuration_invalid`,
    ]);
  });

  it.each([
    ["no KV namespace", '[[kv_namespaces]]\nbinding = "REVOCATIONS"\n', "", "REVOCATIONS"],
    ["an origin over plain http", "https://app.example.com", "http://app.example.com", "ORIGIN"],
    ["no routes", /\n\[\[vars\.ROUTES[\s\S]*$/, "", "ROUTES"],
  ])("reports %s", async (_what, good, wrong, path) => {
    const { code, stdout } = await check((GOOD_TOP + GOOD_VARS).replace(good, wrong), ["--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings[0]).toMatchObject({ severity: "problem", path });
  });

  it.each([
    ["audience_unchecked", 'audiences = ["https://api.example"]', "audiences = false"],
    ["audience_is_issuer", '["https://api.example"]', '["https://issuer.example/"]'],
    ["audience_unspecific", '["https://api.example"]', '["https://*.example"]'],
    ["lifetime_long", "discovery = true", "discovery = true\nmaxLifetime = 86401"],
    ["fail_open", 'scopes = ["orders:read"]', 'onUnknownRevocation = "allow"'],
    ["plain_http", 'scopes = ["orders:read"]', "requireHttps = false"],
    ["plain_http", "[vars]", "[vars]\nREQUIRE_HTTPS = false"],
    ["cache_on", "[secrets]", "[cache]\nenabled = true\n\n[secrets]"],
    ["fetch_not_public", '"global_fetch_strictly_public"', ""],
    ["secret_not_required", '"REVOCATION_KEY"', ""],
    ["secret_in_vars", "[vars]", `[vars]\nREVOCATION_KEY = "${"k".repeat(32)}"`],
    ["variable_too_large", "[vars]", `[vars]\nREADME = "${"x".repeat(5121)}"`],
  ])("warns of %s, which counts as a problem only with --strict", async (code, good, doubtful) => {
    const content = (GOOD_TOP + GOOD_VARS).replace(good, doubtful);
    const found = await findings(content);
    expect(found.map((finding) => finding.split(" ")[2])).toEqual([code]);
    expect((await check(content)).code).toBe(0);
    expect((await check(content, ["--strict"])).code).toBe(1);
  });

  it.each([
    ["a lifetime of a day", "discovery = true", "discovery = true\nmaxLifetime = 86400"],
    ["a variable of 5 KB", "[vars]", `[vars]\nREADME = "${"x".repeat(5120)}"`],
    ["a cache that is off", "[secrets]", "[cache]\nenabled = false\n\n[secrets]"],
  ])("does not warn of %s", async (_what, good, other) => {
    expect(await findings((GOOD_TOP + GOOD_VARS).replace(good, other))).toEqual([]);
  });

  it("warns of shared secrets, whose value it need not know", async () => {
    const content = (GOOD_TOP + GOOD_VARS)
      .replace('["ES256"]', '["HS256"]')
      .replace("discovery = true", 'sharedSecret = "HMAC"')
      .replace('["REVOCATION_KEY"]', '["REVOCATION_KEY", "HMAC"]');
    expect(await findings(content)).toEqual([`${lineOf(content, '["HS256"]')} ISSUERS[0].algorithms shared_secret`]);
  });

  const rule = (path: string, access: string, methods?: string) =>
    `\n[[vars.ROUTES]]\npath = "${path}"\naccess = "${access}"\n${methods === undefined ? "" : `methods = ["${methods}"]\n`}`;
  const withRules = (...rules: readonly string[]) =>
    (GOOD_TOP + GOOD_VARS).replace(/\n\[\[vars\.ROUTES[\s\S]*$/, rules.join(""));

  it.each([
    ["takes some methods of it", [rule("/a/*", "bearer", "GET"), rule("/a/b", "bearer")]],
    ["asks less on paths that both match", [rule("/:any/b", "public"), rule("/a/*", "bearer")]],
  ])("warns of a rule when an earlier one %s", async (_what, rules) => {
    const content = withRules(...rules);
    const line = content.slice(0, content.lastIndexOf("[[vars.ROUTES]]")).split("\n").length;
    expect(await findings(content)).toEqual([`${line} ROUTES[1] route_shadowed`]);
  });

  it.each([
    ["an exception before a wider rule", [rule("/a/b", "public"), rule("/a/*", "bearer")]],
    ["rules for different methods", [rule("/a/*", "public", "GET"), rule("/a/b", "bearer", "POST")]],
    ["rules that share no path", [rule("/:any/b", "public"), rule("/a/c", "bearer")]],
    ["a stricter rule first", [rule("/:any/b", "bearer"), rule("/a/*", "public")]],
  ])("does not warn of %s", async (_what, rules) => {
    expect(await findings(withRules(...rules))).toEqual([]);
  });

  it("calls a rule that is never reached a problem", async () => {
    const found = await findings(withRules(rule("/a/*", "public"), rule("/a/b", "bearer")));
    expect(found.map((finding) => finding.slice(finding.indexOf(" ")))).toEqual([" ROUTES[1] configuration_invalid"]);
  });

  describe("with environments", () => {
    const environment = (GOOD_TOP + GOOD_VARS)
      .replaceAll(/^\[\[?/gm, (brackets) => `${brackets}env.production.`)
      .replace(/^name.*\n.*\n/, "");
    const content = `name = "guard"\ncompatibility_flags = ["global_fetch_strictly_public"]\n${environment}`;

    it("checks the one that is named", async () => {
      expect((await check(content, ["--env", "production"])).code).toBe(0);
      const wrong = content.replace('access = "public"', 'access = "open"');
      expect(await findings(wrong, ["--env", "production"])).toEqual([
        `${lineOf(wrong, '"open"')} ROUTES[0].access configuration_invalid`,
      ]);
    });

    it("finds what an environment inherits, and says where it stands", async () => {
      const cached = content.replace("[[env.", "[cache]\nenabled = true\n\n[[env.");
      expect(await findings(cached, ["--env", "production"])).toEqual([
        `${lineOf(cached, "enabled = true")} cache.enabled cache_on`,
      ]);
      const own = cached.replace(
        "[env.production.vars]",
        "[env.production.cache]\nenabled = false\n\n[env.production.vars]",
      );
      expect(await findings(own, ["--env", "production"])).toEqual([]);
    });

    it("does not take the variables of one for those of the whole file", async () => {
      expect((await check(content)).code).toBe(1);
    });

    it("names those that there are when another is asked for", async () => {
      const { code, stderr } = await check(content, ["--env", "prodction"]);
      expect(code).toBe(2);
      expect(stderr).toContain("it has production. Did you mean production?");
    });
  });

  it("reads JSON with comments, as wrangler does", async () => {
    const content = `{
  // The guard
  "compatibility_flags": ["global_fetch_strictly_public"],
  "kv_namespaces": [{ "binding": "REVOCATIONS" }],
  "secrets": { "required": ["REVOCATION_KEY"] },
  "vars": {
    "ORIGIN": "https://app.example.com",
    "ISSUERS": [{ "issuer": "https://i.example", "audiences": ["a"], "algorithms": ["ES256"], "discovery": true }],
    "ROUTES": [
      { "path": "/health", "access": "public" },
      { "path": "/api/*", "access": "bearr" },
    ],
  },
}`;
    const { code, stdout } = await check(content, [], "wrangler.jsonc");
    expect(code).toBe(1);
    expect(stdout).toContain("wrangler.jsonc:11:37: problem: ROUTES[1].access does not fit.");
  });

  it.each([
    ["TOML", "wrangler.toml", (GOOD_TOP + GOOD_VARS).replace("[vars]", "[vars.ROUTE]\nx = 1\n\n[vars]")],
    ["JSON", "wrangler.json", '{"vars":{"ROUTE":{"x":1}}}'],
  ])("finds a misspelt table of %s", async (_what, name, content) => {
    expect((await check(content, [], name)).stdout).toMatch(/: problem: ROUTE is not a setting\./);
  });

  it("does not let a setting's name steer the terminal", async () => {
    const { stdout } = await check(
      (GOOD_TOP + GOOD_VARS).replace('access = "public"', 'access = "public"\n"a\\u001b[2J" = 1'),
    );
    expect(stdout).toContain("ROUTES[0].a\\u001b[2J is not a setting.");
  });

  it("gives up on a file that is nested too deeply", async () => {
    const { code, stderr } = await check("[".repeat(200_000), [], "wrangler.json");
    expect(code).toBe(2);
    expect(stderr).toBe("jotgate check: wrangler.json: is nested too deeply. Flatten it.\n");
  });

  it("takes secrets from .dev.vars beside the configuration, and names the line of one that does not do", async () => {
    await folder.write(".dev.vars", "OTHER=1\nREVOCATION_KEY=short-secret\n");
    const { code, stdout } = await check(GOOD_TOP + GOOD_VARS);
    await folder.write(".dev.vars", "");
    expect(code).toBe(1);
    expect(stdout).toContain(".dev.vars:2:1: problem: REVOCATION_KEY is too short or has blanks around it.");
    expect(stdout).not.toContain("short-secret");
  });

  it.each([
    ["a file that is not there", ["--config", "nowhere.toml"], "nowhere.toml: cannot be read (ENOENT)."],
    ["a file of another kind", ["--config", "wrangler.yaml"], "wrangler.yaml: is neither TOML nor JSON."],
  ])("is wrong usage with %s", async (_what, args, message) => {
    const { code, stderr } = await jotgate(["check", ...args], { cwd: folder.path });
    expect({ code, stderr: stderr.includes(message) }).toEqual({ code: 2, stderr: true });
  });

  it("says where to look when there is no configuration", async () => {
    const empty = await Folder.create();
    const { code, stderr } = await jotgate(["check"], { cwd: empty.path });
    await empty.remove();
    expect(code).toBe(2);
    expect(stderr).toContain("There is no wrangler.toml in this folder. Name the configuration: --config FILE.");
  });

  it("does not read files beyond a megabyte", async () => {
    const { code, stderr } = await check(`# ${"x".repeat(1024 * 1024)}`);
    expect(code).toBe(2);
    expect(stderr).toContain("wrangler.toml: is larger than 1048576 bytes.");
  });
});
