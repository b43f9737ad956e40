import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard } from "../support/guard.ts";
import { KeyEndpoint } from "../support/key-endpoint.ts";
import { Origin } from "../support/origin.ts";
import { TestOperator } from "../support/test-operator.ts";
import { EVERYTHING_GUARDED, trust } from "../support/trust.ts";
import { AccessProxy } from "./access-proxy.ts";
import { Folder, jotgate as run } from "./command-line.ts";

/* By what operators are known: secrets, tokens of their own issuer, and Cloudflare Access in front of the guard. */

const ada = new TestOperator("ada", "admin");
const ISSUER = "https://issuer.example";
const AUDIENCE = "https://api.example/_jotgate";
const APPLICATION = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";
const SERVICE = { id: "88bf3b6d86161464f6509f7219099e57.access", secret: "c".repeat(64) };

/** Longest token that a guard takes, in bytes. */
const LONGEST = 16_384;

let origin: Origin;
let guard: Guard;
let endpoint: KeyEndpoint;
let proxy: AccessProxy;
let folder: Folder;
let staff: TestIssuer;
/** What Access signs: for a person, one whose session is over, and a program. */
const access = { olga: "", ended: "" };

const now = () => Math.floor(Date.now() / 1000);

beforeAll(async () => {
  [folder, origin] = [await Folder.create(), await Origin.start()];
  const issuer = await TestIssuer.create(ISSUER);
  staff = await TestIssuer.create("https://staff.example");
  const keys = await TestIssuer.create("https://team.example", "RS256");
  endpoint = await KeyEndpoint.start([keys.publicJwk]);
  guard = await Guard.start(
    {
      ORIGIN: origin.url,
      REQUIRE_HTTPS: false,
      ISSUERS: [trust(issuer)],
      ROUTES: EVERYTHING_GUARDED,
      OPERATORS: [ada.entry],
      OPERATOR_ISSUER: trust(staff, { audiences: [AUDIENCE] }),
      OPERATOR_ACCESS: {
        team: endpoint.url,
        audience: APPLICATION,
        roles: [{ email: "olga@example.com", role: "revoker" }],
      },
    },
    { configPath: "ledger.toml" },
  );
  const sign = (claims: Record<string, unknown>) =>
    keys.sign(
      keys.claims({ iss: endpoint.url, aud: [APPLICATION], jti: undefined, iat: now(), exp: now() + 3_600, ...claims }),
      { typ: "JWT" },
    );
  access.olga = await sign({ email: "olga@example.com", sub: "1", identity_nonce: "6ei69kawdKzMIAPF", type: "app" });
  access.ended = await sign({ email: "olga@example.com", sub: "1", iat: 1_000, exp: 2_000 });
  const assertion = await sign({ sub: "", common_name: SERVICE.id, type: "app" });
  proxy = await AccessProxy.start(guard.url, {
    people: new Set([access.olga]),
    service: { ...SERVICE, assertion },
  });
});

afterEach(() => {
  if (proxy !== undefined) proxy.passed.length = 0;
});

afterAll(async () => {
  await proxy?.stop();
  await guard?.stop();
  await endpoint?.stop();
  await origin?.stop();
  await folder?.remove();
});

const jotgate = (args: readonly string[], env: Record<string, string> = {}) => run(args, { cwd: folder.path, env });

describe("behind Cloudflare Access", () => {
  const through = (args: readonly string[], env: Record<string, string> = {}) =>
    jotgate(args, { JOTGATE_URL: proxy.url, ...env });
  const REVOKE = ["revoke", "--issuer", ISSUER, "--token-id", "behind-access", "--json"];
  const service = { JOTGATE_ACCESS_CLIENT_ID: SERVICE.id, JOTGATE_ACCESS_CLIENT_SECRET: SERVICE.secret };
  const lines = `CF-Access-Client-Id: ${SERVICE.id}\r\nCF-Access-Client-Secret: ${SERVICE.secret}\r\n`;

  it("somebody who signed in is known by the address, without a secret", async () => {
    const { code, stdout, stderr } = await through(REVOKE, { JOTGATE_ACCESS_TOKEN: access.olga });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ record: { by: "olga@example.com" } });
    expect(proxy.passed).toMatchObject([{ "cf-access-token": access.olga }]);
    expect(proxy.passed[0]).not.toHaveProperty("authorization");
  });

  it("the token may stand in a file, as cloudflared prints it", async () => {
    await folder.write("access.txt", `${access.olga}\n`);
    const { code, stderr } = await through(["status", "--access-file", "access.txt"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("a file comes before the environment", async () => {
    await folder.write("access.txt", `${access.olga}\n`);
    await through(["status", "--access-file", "access.txt"], { ...service, JOTGATE_ACCESS_TOKEN: access.ended });
    expect(proxy.passed).toMatchObject([{ "cf-access-token": access.olga }]);
    expect(proxy.passed[0]).not.toHaveProperty("cf-access-client-id");
  });

  it.each([
    ["the environment", [], service],
    ["a file with the lines that Cloudflare shows", ["--access-file", "service.txt"], {}],
  ])("a service token from %s opens the way, and the secret beside it says who asks", async (_where, args, env) => {
    await folder.write("service.txt", lines);
    const revoke = ["revoke", "--issuer", ISSUER, "--token-id", `by-service-${args.length}`, "--json"];
    const { code, stdout, stderr } = await through([...revoke, ...args], { ...env, JOTGATE_SECRET: ada.secret });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ record: { by: "ada" } });
    expect(proxy.passed).toMatchObject([
      {
        "cf-access-client-id": SERVICE.id,
        "cf-access-client-secret": SERVICE.secret,
        authorization: `Bearer ${ada.secret}`,
      },
    ]);
  });

  it("the secret comes before the person", async () => {
    const { stdout } = await through(["raise", "--issuer", ISSUER, "--subject", "x", "--version", "1", "--json"], {
      JOTGATE_ACCESS_TOKEN: access.olga,
      JOTGATE_SECRET: ada.secret,
    });
    expect(JSON.parse(stdout)).toMatchObject({ record: { by: "ada" } });
  });

  it.each<[string, () => Record<string, string>, string]>([
    [
      "nothing but a secret",
      () => ({ JOTGATE_SECRET: ada.secret }),
      "wants to know who asks; get a token: cloudflared",
    ],
    [
      "a token that has ended",
      () => ({ JOTGATE_ACCESS_TOKEN: access.ended }),
      "The token for Cloudflare Access ended at 2000 (1970-01-01T00:33:20Z); get a token: cloudflared access login",
    ],
    [
      "a token of somebody else",
      () => ({ JOTGATE_ACCESS_TOKEN: "e30.e30.e30" }),
      "does not take these credentials; get a token",
    ],
    [
      "another service token",
      () => ({ ...service, JOTGATE_ACCESS_CLIENT_SECRET: "d".repeat(64), JOTGATE_SECRET: ada.secret }),
      "does not take these credentials",
    ],
    [
      "a service token alone",
      () => service,
      "service tokens of Cloudflare Access are nobody. Give an operator secret as well",
    ],
  ])("says what to do when it stops somebody with %s: exit code 1", async (_what, env, message) => {
    const { code, stdout, stderr } = await through(["status"], env());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message);
    const { stdout: told } = await through(["status", "--json"], env());
    expect(JSON.parse(told)).toEqual({ format: 1, command: "status", error: expect.stringContaining(message) });
    for (const secret of [...Object.values(env()), SERVICE.secret]) expect(stderr + told).not.toContain(secret);
  });

  it.each([
    ["half a service token", { JOTGATE_ACCESS_CLIENT_ID: SERVICE.id }, "JOTGATE_ACCESS_CLIENT_SECRET is missing."],
    ["the other half", { JOTGATE_ACCESS_CLIENT_SECRET: "x" }, "JOTGATE_ACCESS_CLIENT_ID is missing."],
    ["blanks in between", { JOTGATE_ACCESS_TOKEN: "a b" }, "characters that none have."],
  ])("is wrong usage with %s in the environment", async (_what, env, message) => {
    const { code, stdout, stderr } = await through(["status"], env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(SERVICE.id);
  });

  it.each([
    ["nothing in it", "\n", "The Access file is empty."],
    ["half a service token", lines.slice(0, lines.indexOf("\r\n")), "the line cf-access-client-secret: … is missing."],
    ["another header", "Authorization: Bearer x\n", "has a line that is neither a token nor"],
    ["other text", "hello there\n", "has a line that is neither a token nor"],
  ])("is wrong usage with a file that has %s", async (_what, content, message) => {
    await folder.write("wrong.txt", content);
    const { code, stderr } = await through(["status", "--access-file", "wrong.txt"], { JOTGATE_SECRET: ada.secret });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(proxy.passed).toEqual([]);
  });

  it.each(["--access-token", "--access-client-secret"])("takes no credentials from arguments: %s", async (option) => {
    expect((await through(["status", option, "x"])).code).toBe(2);
  });
});

describe("with an operator token", () => {
  const scope = "jotgate:view";
  const tokenOf = (overrides: Record<string, unknown> = {}, from = staff) =>
    from.sign(from.claims({ sub: "sven", aud: AUDIENCE, scope, ...overrides }));
  /** A token of an exact length. Not every number of characters is one of base64url, so two parts are padded. */
  const longToken = async (length: number) => {
    for (let attempt = 0; attempt < 16; attempt++) {
      const header = { pad: "x".repeat(attempt % 4) };
      const make = (pad: string) => staff.sign(staff.claims({ sub: "sven", aud: AUDIENCE, scope, pad }), header);
      const missing = length - (await make("")).length;
      const token = await make("x".repeat(Math.floor((missing * 3) / 4) - 1 + Math.floor(attempt / 4)));
      if (token.length === length) return token;
    }
    throw new Error(`no token has ${length} characters`);
  };
  const asking = async (secret: string, ...args: readonly string[]) => {
    await folder.write("secret.txt", secret);
    return jotgate(["status", "--url", guard.url.origin, "--secret-file", "secret.txt", ...args]);
  };

  it("somebody is known by the subject", async () => {
    expect(await asking(`${await tokenOf()}\n`)).toMatchObject({ code: 0, stderr: "" });
  });

  it("the longest token that the guard takes fits into the file, and one that is longer does not", async () => {
    const longest = await longToken(LONGEST);
    expect(longest).toHaveLength(LONGEST);
    expect(await asking(`${longest}\r\n`)).toMatchObject({ code: 0, stderr: "" });
    const longer = await asking(`${longest}x\n`);
    expect(longer).toMatchObject({ code: 2, stdout: "" });
    expect(longer.stderr).toContain("The operator secret is longer than any secret or token: more than 16384 bytes.");
    const much = await asking("x".repeat(LONGEST + 65));
    expect(much).toMatchObject({ code: 2, stderr: expect.stringContaining("secret.txt: is larger than") });
  });

  it("the environment has the same limit", async () => {
    const env = { JOTGATE_URL: guard.url.origin };
    expect((await jotgate(["status"], { ...env, JOTGATE_SECRET: await longToken(LONGEST) })).code).toBe(0);
    const { code, stderr } = await jotgate(["status"], { ...env, JOTGATE_SECRET: "x".repeat(LONGEST + 1) });
    expect(code).toBe(2);
    expect(stderr).toContain("is longer than any secret or token");
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    [
      "expired",
      () => tokenOf({ iat: now() - 7_200, exp: now() - 3_600 }),
      /: The operator token ended at \d+ \(\d{4}-[^)]+Z\); get a new one\.\n$/,
    ],
    [
      "not yet valid",
      () => tokenOf({ nbf: now() + 3_600, exp: now() + 7_200 }),
      /: The operator token counts from \d+ \(\d{4}-[^)]+Z\) on; wait until then, or set the clock of whoever is wrong\.\n$/,
    ],
    [
      "for another audience",
      () => tokenOf({ aud: "https://api.example" }),
      /: The guard does not take this operator token\. It is from "https:\/\/staff\.example" for "https:\/\/api\.example": both have to stand in OPERATOR_ISSUER, and it must not be revoked\. Get one for the guard's audience\.\n$/,
    ],
    [
      "from another issuer",
      async () => tokenOf({}, await TestIssuer.create("https://elsewhere.example")),
      /It is from "https:\/\/elsewhere\.example" for /,
    ],
    ["without a role", () => tokenOf({ scope: "orders:read" }), /: This takes the role viewer\.\n$/],
  ])("that is %s, it says what to do: exit code 1", async (_what, make, message) => {
    const token = await make();
    const { code, stdout, stderr } = await asking(token);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    const told = await asking(token, "--json");
    expect(told.code).toBe(1);
    expect(JSON.parse(told.stdout)).toMatchObject({ format: 1, command: "status", error: expect.any(String) });
    expect(stderr + told.stdout).not.toContain(token.slice(0, 30));
  });

  it("that steers terminals, nothing of it does", async () => {
    const { code, stderr } = await asking(await tokenOf({ aud: "a\u001b[2Jb" }));
    expect(code).toBe(1);
    expect(stderr).toContain("a\\u001b[2Jb");
  });
});
