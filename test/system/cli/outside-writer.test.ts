import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard } from "../support/guard.ts";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { Origin } from "../support/origin.ts";
import { REVOCATION_KEY } from "../support/revocation-records.ts";
import { TestOperator } from "../support/test-operator.ts";
import { EVERYTHING_GUARDED, trust } from "../support/trust.ts";
import { Folder, jotgate as run } from "./command-line.ts";

/*
 * A writer in another language that knows nothing but docs/revocation-records.md: the Python code of that page, run as it stands there.
 * It speaks to Cloudflare's REST API; what stands in for that here hands everything to the guard's local KV.
 */

const exec = promisify(execFile);
const PAGE = await readFile("docs/revocation-records.md", "utf8");
const ada = new TestOperator("ada", "admin");

/** Time for a scan of KV, which begins every five seconds, and for guards to hear of what it found. */
const AFTER_A_SCAN = { timeout: 25_000, interval: 250 };

const now = Math.floor(Date.now() / 1000);

interface Entry {
  readonly key: string;
  readonly value: string;
  readonly metadata: { readonly value: Readonly<Record<string, unknown>> };
  readonly expiration_ttl: number;
}

let folder: Folder;
let origin: Origin;
/** One guard with a ledger, and one that knows of KV alone. */
let guard: Guard;
let simple: Guard;
let issuer: TestIssuer;
let leaked: TestIssuer;
let api: Server;
let apiUrl: string;
/** What arrived at the REST API. */
const written: Entry[] = [];
const requests: { readonly line: string; readonly authorization: string | undefined }[] = [];
/** What the REST API answers. */
let answer = { status: 200, body: { success: true, result: {} } as object };

/** Everything that is revoked here, as lines of the page's example, and a token that it concerns and one that it does not. */
const CASES = [
  {
    kind: "token",
    says: { value: "t-1", expires_at: now + 3_600, revoked: true },
    refused: { jti: "t-1" },
    passes: { jti: "t-2" },
    reason: "token_revoked",
  },
  {
    kind: "session",
    says: { value: "session-9", revoked: true },
    refused: { sid: "session-9" },
    passes: { sid: "session-8" },
    reason: "token_revoked",
  },
  {
    kind: "session",
    says: { value: "session-old", issuedBefore: now - 60 },
    refused: { sid: "session-old", iat: now - 60 },
    passes: { sid: "session-old", iat: now - 59 },
    reason: "issued_before_cutoff",
  },
  {
    kind: "subject",
    says: { value: "user-42", minimumTokenVersion: 7 },
    refused: { sub: "user-42", ver: 6 },
    passes: { sub: "user-42", ver: 7 },
    reason: "token_version_outdated",
  },
  {
    kind: "subject",
    says: { value: "用户-42", issuedBefore: now - 30, minimumTokenVersion: 2 },
    refused: { sub: "用户-42", ver: 3, iat: now - 30 },
    passes: { sub: "用户-42", ver: 3, iat: now - 29 },
    reason: "issued_before_cutoff",
  },
] as const;

const env = () => ({
  ...process.env,
  REVOCATION_KEY,
  CLOUDFLARE_API_BASE_URL: apiUrl,
  CLOUDFLARE_API_TOKEN: "api-token",
  ACCOUNT_ID: "account",
  NAMESPACE_ID: "namespace",
});

/** Runs the page's program with these lines. */
async function write(lines: readonly object[]): Promise<void> {
  const child = exec("python3", ["revoke.py"], { cwd: folder.path, env: env() });
  child.child.stdin?.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  await child;
}

const jotgate = (...args: readonly string[]) =>
  run(args, { cwd: folder.path, env: { JOTGATE_URL: guard.url.origin, JOTGATE_SECRET: ada.secret } });

const operate = async (path: string, body?: object) => {
  const response = await guard.fetch(`/_jotgate/v1${path}`, {
    headers: { authorization: `Bearer ${ada.secret}`, "content-type": "application/json" },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  return (await response.json()) as { records: { name: string; record: Record<string, unknown> | null }[] };
};

beforeAll(async () => {
  const [, program = ""] = /```python\n([\s\S]*?)```/.exec(PAGE) ?? [];
  [folder, origin] = [await Folder.create({ "revoke.py": program }), await Origin.start()];
  issuer = await TestIssuer.create();
  leaked = await TestIssuer.create("https://leaked.example/");
  const vars = {
    ORIGIN: origin.url,
    REQUIRE_HTTPS: false,
    ISSUERS: [issuer, leaked].map((one) => trust(one, { tokenVersionClaim: "ver" })),
    ROUTES: EVERYTHING_GUARDED,
  };
  guard = await Guard.start(
    { ...vars, OPERATORS: [ada.entry], STALENESS_BOUND: 2, SCAN_INTERVAL: 5 },
    { configPath: "ledger.toml" },
  );
  simple = await Guard.start(vars);
  api = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
    const entries = JSON.parse(text) as Entry[];
    if (answer.status === 200) {
      written.push(...entries);
      for (const { key, value, metadata, expiration_ttl: expirationTtl } of entries) {
        for (const { kv } of [guard, simple]) await kv.put(key, value, { metadata, expirationTtl });
      }
    }
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
  apiUrl = await listenOnLoopback(api);
  // What a ledger finds when it begins is no news to the audit; what it finds later is.
  await vi.waitFor(async () => expect((await jotgate("status")).code).toBe(0), AFTER_A_SCAN);
  await write([
    ...CASES.map(({ kind, says }) => ({ kind, issuer: issuer.issuer, by: "support", why: "a drill", ...says })),
    { kind: "issuer", issuer: leaked.issuer, by: "on-call", why: "key leaked", issuedBefore: now + 600 },
  ]);
}, 90_000);

afterAll(async () => {
  if (api !== undefined) await closeServer(api);
  await guard?.stop();
  await simple?.stop();
  await origin?.stop();
  await folder?.remove();
});

describe("the program of docs/revocation-records.md", () => {
  it("derives the names of the page's test vectors", async () => {
    const rows = [...PAGE.matchAll(/^\| `(\w+)` \| ?(?:`([^`]+)`)?[^|]*\| `(jotgate1:[^`]+)` \|$/gm)];
    expect(rows).toHaveLength(5);
    const [, key = ""] = /`REVOCATION_KEY` is `([^`]+)`/.exec(PAGE) ?? [];
    for (const [, kind = "", value, name] of rows) {
      const call = `import sys, revoke; print(revoke.record_name(*sys.argv[1:]))`;
      const parts = [kind, "https://issuer.example", ...(value === undefined ? [] : [value])];
      const { stdout } = await exec("python3", ["-c", call, ...parts], {
        cwd: folder.path,
        env: { ...env(), REVOCATION_KEY: key },
      });
      expect(stdout.trim()).toBe(name);
    }
  });

  it("writes all records at once, each with its lifetime and its repetition in the metadata", () => {
    expect(requests).toEqual([
      { line: "PUT /accounts/account/storage/kv/namespaces/namespace/bulk", authorization: "Bearer api-token" },
    ]);
    expect(written).toHaveLength(CASES.length + 1);
    for (const { value, metadata, expiration_ttl: lifetime } of written) {
      const record = JSON.parse(value) as Record<string, unknown>;
      expect(record).toMatchObject(metadata.value);
      expect(lifetime).toBe(Number(record["until"]) + 60 - Number(record["at"]));
    }
    const until = (index: number) => Number(written[index]?.metadata.value["until"]);
    expect(until(0)).toBe(now + 3_600 + 60);
    expect(until(1)).toBeGreaterThanOrEqual(now + 86_400 + 120);
    expect(until(CASES.length)).toBe(now + 600 + 86_400 + 120);
  });

  it.each([
    ["an error", { status: 500, body: {} }],
    ["that it did not work", { status: 200, body: { success: false } }],
    ["keys that were not written", { status: 200, body: { success: true, result: { unsuccessful_keys: ["x"] } } }],
  ])("fails when the API answers %s: nobody takes that for a revocation", async (_what, failure) => {
    const before = answer;
    answer = failure;
    const failed = write([{ kind: "token", issuer: issuer.issuer, value: "t-9", expires_at: now + 60, revoked: true }]);
    await expect(failed).rejects.toMatchObject({ code: 1 });
    answer = before;
  });
});

const claims = (overrides: Record<string, unknown>, from = issuer) =>
  from.claims({ sid: "session-1", sub: "carol", ver: 1, ...overrides });

describe.each([
  ["with a ledger", () => guard],
  ["that knows of KV alone", () => simple],
])("a guard %s", (_which, which) => {
  it.each(CASES)("refuses whom the record of a $kind concerns ($reason), and nobody else", async (one) => {
    const refused = await issuer.sign(claims(one.refused));
    const requestId = await vi.waitFor(async () => {
      const { status, headers } = await which().present(refused);
      expect(status).toBe(401);
      return headers.get("x-jotgate-request-id");
    }, AFTER_A_SCAN);
    // Lines of the log arrive some time after the answer.
    const decided = () => which().decisions.find((decision) => decision.requestId === requestId);
    await vi.waitFor(() => expect(decided()).toMatchObject({ reason: one.reason }));
    expect((await which().present(await issuer.sign(claims(one.passes)))).status).toBe(200);
  });

  it("refuses all tokens of the issuer whose key leaked, and those of no other", async () => {
    const refused = await leaked.sign(claims({ iat: now }, leaked));
    await vi.waitFor(async () => expect((await which().present(refused)).status).toBe(401), AFTER_A_SCAN);
    expect((await which().present(await issuer.sign(claims({ iat: now })))).status).toBe(200);
  });
});

describe("operators see the same", () => {
  const names = () => written.map(({ key }) => key).slice(0, CASES.length + 1);
  const recordOf = (name: string) => JSON.parse(String(written.find(({ key }) => key === name)?.value)) as object;

  it("in the API's list", async () => {
    const listed = await vi.waitFor(async () => {
      const { records } = await operate("/records");
      expect(records.map(({ name }) => name)).toEqual(expect.arrayContaining(names()));
      return records;
    }, AFTER_A_SCAN);
    for (const name of names()) {
      const { by: _by, why: _why, at: _at, ...says } = recordOf(name) as Record<string, unknown>;
      expect(listed.find((one) => one.name === name)?.record).toMatchObject(says);
    }
  });

  it.each(CASES)("in the API's state of a $kind", async ({ kind, says }) => {
    const member = { token: "tokenId", session: "sessionId", subject: "subject" }[kind];
    const { records } = await operate("/state", { issuer: issuer.issuer, [member]: says.value });
    const { value: _value, ...fields } = says as Record<string, unknown>;
    delete fields["expires_at"];
    expect(records.find(({ name }) => name.startsWith(`jotgate1:${kind}:`))?.record).toMatchObject(fields);
  });

  it("in jotgate list and jotgate show", async () => {
    const listed = JSON.parse((await jotgate("list", "--json")).stdout) as { records: { name: string }[] };
    expect(listed.records.map(({ name }) => name)).toEqual(expect.arrayContaining(names()));
    const subject = ["--issuer", issuer.issuer, "--subject", "用户-42"];
    const { code, stdout } = await jotgate("show", ...subject);
    expect(code).toBe(0);
    expect(stdout).toContain(`dead when issued at ${now - 30} `);
    expect(stdout).toContain("dead below version 2\n");
    const whole = await jotgate("show", "--issuer", leaked.issuer);
    expect(whole.stdout).toContain(`dead when issued at ${now + 600} `);
  });

  it("in jotgate explain", async () => {
    const token = await issuer.sign(claims({ sub: "user-42", ver: 6 }));
    const args = ["explain", "--remote", "--route", "GET /"];
    const asked = { cwd: folder.path, env: { JOTGATE_URL: guard.url.origin, JOTGATE_SECRET: ada.secret } };
    const { code, stdout } = await run(args, { ...asked, input: token });
    expect(code).toBe(1);
    expect(stdout).toContain("Denied: token_version_outdated");
  });

  it("in the audit, as another writer's", async () => {
    const { code, stdout } = await jotgate("audit", "--limit", "100");
    expect(code).toBe(0);
    for (const name of names()) expect(stdout).toMatch(new RegExp(`  adopt  ${name}  .*change \\d+$`, "m"));
  });

  it("and undo it: jotgate lift takes the record away, from KV as well", async () => {
    const { key } = written[1] ?? { key: "" };
    const token = await issuer.sign(claims({ sid: "session-9" }));
    expect((await guard.present(token)).status).toBe(401);
    expect(await jotgate("lift", key, "--why", "a drill", "--wait")).toMatchObject({ code: 0, stderr: "" });
    expect((await guard.present(token)).status).toBe(200);
    await vi.waitFor(async () => expect(await guard.kv.get(key)).toBeNull(), AFTER_A_SCAN);
    expect((await jotgate("show", key)).code).toBe(1);
  });
});
