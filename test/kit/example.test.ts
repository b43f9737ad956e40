import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createJotgate } from "../../src/create-jotgate.ts";
import { createBreakableFetch, createBreakableKv, createFaults, createLaggingKv } from "../../src/test-kit/test-kit.ts";

// The names of records are derived as docs/revocation-records.md says; `jotgate name` prints them.
const REVOCATION_KEY = "0123456789abcdef0123456789abcdef";
const TOKEN_ID = "6f1c1f0e-8a53-4d0e-9f3c-5b1f2f0a1c2d";
const RECORD = "jotgate1:token:vrBoFnqdlpSSmL49kKITZg";

const { publicKey, privateKey } = await generateKeyPair("ES256");
const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: "key-1", alg: "ES256" }] };

/** A guard at a location, with a switch for everything that it depends on. */
function startGuard(kv: KVNamespace) {
  const faults = { kv: createFaults(), keys: createFaults(), origin: createFaults() };
  const guard = createJotgate({
    origin: { binding: "ORIGIN" },
    originTimeout: 5,
    issuers: [
      {
        issuer: "https://issuer.example",
        audiences: ["https://api.example"],
        algorithms: ["ES256"],
        jwksUri: "https://issuer.example/keys",
      },
    ],
    routes: [{ path: "/*", access: "bearer" }],
  });
  const env = {
    REVOCATION_KEY,
    REVOCATIONS: createBreakableKv(kv, faults.kv),
    ORIGIN: { fetch: createBreakableFetch(async () => new Response("hello"), faults.origin) },
  };
  const keyEndpoint = createBreakableFetch(async () => Response.json(keySet), faults.keys);
  // What a guard leaves to run behind its answer; each guard has a data centre of its own, and its host name stands for it.
  const lifetime = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} } as unknown as ExecutionContext;
  const host = `https://${crypto.randomUUID()}.example`;
  const ask = (token: string) => {
    vi.stubGlobal("fetch", keyEndpoint);
    return guard.fetch(new Request(host, { headers: { authorization: `Bearer ${token}` } }), env, lifetime);
  };
  return { faults, ask };
}

function signToken(): Promise<string> {
  return new SignJWT({ jti: TOKEN_ID })
    .setProtectedHeader({ alg: "ES256", kid: "key-1", typ: "at+jwt" })
    .setIssuer("https://issuer.example")
    .setAudience("https://api.example")
    .setSubject("user-42")
    .setIssuedAt()
    .setExpirationTime("10m")
    .sign(privateKey);
}

// One clock for the guards and for KV, which stands still unless a test says otherwise.
beforeEach(() => {
  vi.useFakeTimers({ now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("a revocation that was written in Paris is enforced in Tokyo when KV has brought it there", async () => {
  const kv = createLaggingKv({ lag: 10_000 });
  const paris = kv.at("Paris");
  const tokyo = startGuard(kv.at("Tokyo"));
  const token = await signToken();
  // Tokyo remembers from now on that there is no such record: 30 s in KV, and 5 s in the guard.
  expect((await tokyo.ask(token)).status).toBe(200);

  await paris.put(RECORD, JSON.stringify({ format: 1, revoked: true }), { expirationTtl: 600 });
  expect((await startGuard(paris).ask(token)).status).toBe(401);
  await vi.advanceTimersByTimeAsync(29_999);
  expect((await tokyo.ask(token)).status).toBe(200);
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await tokyo.ask(token)).status).toBe(401);
});

it("nothing gets through while revocations cannot be read, and everything does when they can", async () => {
  const { faults, ask } = startGuard(createLaggingKv().at("Paris"));
  const token = await signToken();
  faults.kv.begin({ does: "throttle" });
  const answer = await ask(token);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(faults.origin.asked).toBe(0);
  faults.kv.end();
  expect((await ask(token)).status).toBe(200);
});

it("an issuer whose keys are half a document is asked again a second later", async () => {
  const { faults, ask } = startGuard(createLaggingKv().at("Paris"));
  const token = await signToken();
  faults.keys.begin({ does: "truncate", ending: "end" });
  expect((await ask(token)).status).toBe(503);
  faults.keys.end();
  expect((await ask(token)).status).toBe(503);
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await ask(token)).status).toBe(200);
  expect(faults.keys.asked).toBe(2);
});

it("an origin that hangs is given up", async () => {
  const { faults, ask } = startGuard(createLaggingKv().at("Paris"));
  const token = await signToken();
  faults.origin.begin({ does: "hang" });
  const answer = ask(token);
  await vi.waitFor(() => expect(faults.origin.asked).toBe(1));
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await answer).status).toBe(504);
});
