import { authorize } from "../../../src/authorize/authorize.ts";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import type { AccessRules } from "../../../src/model/access-rules.ts";
import type { Decision } from "../../../src/model/decision.ts";
import type { KeySource } from "../../../src/model/key-source.ts";
import type { RecordKind } from "../../../src/model/revocation.ts";
import type { Clock } from "../../../src/platform/clock.ts";
import { KvRevocationReader, type RecordStore } from "../../../src/revocation/kv-reader.ts";
import { NameMemory } from "../../../src/revocation/name-memory.ts";
import { RecordNamer } from "../../../src/revocation/record-name.ts";
import { accessRequest, ENVIRONMENT, keysFor, REVOCATION_KEY, settingsFor } from "../support.ts";
import { OURS, SECRET, signerFor } from "./signers.ts";
import { type GuardSetting, NOW, type RequestFacts, type Situation } from "./situation.ts";
import { writeToken } from "./write-token.ts";

/** A guard as it is configured for one setting. */
export interface RenderedGuard {
  readonly setting: GuardSetting;
  readonly rules: AccessRules;
  readonly keys: KeySource;
  /** Of the isolate that all of a guard's situations meet: what it remembers of tokens must not change a verdict. */
  readonly memory: TokenMemory;
}

const namer = await RecordNamer.create(REVOCATION_KEY);
const names = new NameMemory(namer);

/** Time that is up as soon as somebody waits for it. */
const IMPATIENT: Clock = {
  now: () => 0,
  after(_milliseconds, action) {
    queueMicrotask(action);
    return () => {};
  },
};

export async function renderGuard(setting: GuardSetting): Promise<RenderedGuard> {
  const settings = settingsFor(configOf(setting), { ...ENVIRONMENT, HMAC: SECRET });
  return { setting, rules: settings.rules, keys: await keysFor(settings), memory: new TokenMemory() };
}

/** What the real guard says, in the model's words. */
export async function decide(guard: RenderedGuard, request: RequestFacts): Promise<string> {
  const { setting, rules } = guard;
  const token = await writeToken(request, setting);
  const now = NOW + request.fraction;
  const keys: KeySource =
    request.keySource === "available" ? guard.keys : { findKey: async () => ({ status: "unavailable" }) };
  const revocations = await readerFor({ request, guard: setting });
  const rendered = accessRequest(
    {
      method: request.method,
      scheme: request.scheme,
      host: HOSTS[request.host],
      path: PATHS[request.path],
    },
    headersOf(request, token),
  );
  return describe(await authorize(rendered, rules, keys, revocations, guard.memory, now));
}

function describe(decision: Decision): string {
  if (decision.outcome === "allow") {
    if (decision.as === "anonymous") return `allow ${decision.because}`;
    const { revocation } = decision;
    return revocation.checked ? "allow bearer, checked" : `allow bearer, unchecked: ${revocation.because}`;
  }
  const { refusal } = decision;
  const detail =
    "claim" in refusal
      ? refusal.claim
      : "by" in refusal
        ? refusal.by
        : "redirect" in refusal && refusal.redirect
          ? "redirect"
          : "";
  return `${decision.outcome} ${refusal.reason} ${detail}`.trimEnd();
}

const HOSTS = { remote: "guard.example", loopback: "localhost:8787" };

const PATHS = {
  "of the route": "/r/x",
  ambiguous: "/r/%2e%2e%2fx",
  reserved: "/_jotgate/x",
  "a lookalike": "/R/x",
  elsewhere: "/none",
};

const ALL_SOURCES = ["authorization", { header: "X-Token" }, { cookie: "session" }];
const SOURCES = {
  all: ALL_SOURCES,
  authorization: ["authorization"],
  header: [{ header: "X-Token" }],
  cookie: [{ cookie: "session" }],
};

function configOf(setting: GuardSetting): unknown {
  const { access, algorithm } = setting;
  const isBearer = access === "bearer";
  const ours = signerFor(algorithm);
  const rules = {
    none: undefined,
    "tenant is x": { claim: "tenant", equals: "x" },
    "tenant is x or y": { claim: "tenant", oneOf: ["x", "y"] },
    "roles contain admin": { claim: "roles", contains: "admin" },
    "tenant exists": { claim: "tenant", exists: true },
    "tenant is absent": { claim: "tenant", exists: false },
  };
  const rule = rules[setting.claimRule];
  return {
    origin: "https://origin.example",
    issuers: [
      present({
        issuer: OURS,
        algorithms: [algorithm],
        ...(algorithm === "HS256"
          ? { sharedSecret: "HMAC" }
          : { keys: setting.keys === "one" ? [ours.jwk] : [ours.jwk, ours.secondJwk] }),
        audiences: setting.audience === "checked" ? ["ours"] : false,
        acceptedTypes: setting.types === "usual" ? undefined : ["at+jwt"],
        clients: setting.clients === "any" ? undefined : ["app"],
        requiredClaims: setting.tenant === "required" ? ["tenant"] : undefined,
        clockTolerance: setting.clockTolerance,
        maxAge: setting.maxAge === "none" ? undefined : setting.maxAge,
        maxLifetime: setting.maxLifetime,
        tokenIdClaim: setting.tokenId === "none" ? false : undefined,
        tokenVersionClaim: setting.versionClaim === "none" ? undefined : "ver",
        subjectClaim: setting.subjectClaim === "sub" ? undefined : ["user", "id"],
        tokenSources: SOURCES[setting.issuerSources],
      }),
      {
        issuer: "https://other.example",
        algorithms: ["ES256"],
        // Under the very name that our key has.
        keys: [{ ...signerFor("ES256").secondJwk, kid: "key-1" }],
        audiences: false,
        tokenSources: ALL_SOURCES,
      },
    ],
    routes: [
      present({
        path: "/r/*",
        access,
        methods: setting.methods === "any" ? undefined : ["GET"],
        passPreflight: setting.preflights === "pass",
        requireHttps: { "unless loopback": undefined, always: true, redirect: "redirect", never: false }[setting.https],
        tokenSources: access === "public" ? undefined : SOURCES[setting.routeSources],
        onUnknownRevocation: access === "public" ? undefined : setting.onUnknownRevocation,
        scopes: isBearer ? { none: undefined, a: ["a"], "a and b": ["a", "b"] }[setting.scopes] : undefined,
        anyOfScopes: isBearer && setting.anyOfScopes !== "none" ? ["b", "c"] : undefined,
        claims: isBearer && rule !== undefined ? [rule] : undefined,
      }),
    ],
  };
}

function headersOf(request: RequestFacts, token: string): Record<string, string> {
  const authorization = {
    none: undefined,
    token: `Bearer ${token}`,
    basic: "Basic YTpi",
    "no token": "Bearer",
    "no b64token": "Bearer a b",
    "two tokens": `Bearer ${token}, Bearer ${token}`,
    "basic and token": `Basic YTpi, Bearer ${token}`,
    "too long": `Bearer ${"a".repeat(16_385)}`,
  };
  const cookie = {
    none: undefined,
    token: `a=b; session=${token}`,
    "two tokens": `session=x; session=${token}`,
    "another cookie": "a=b",
  };
  return present({
    authorization: authorization[request.authorization],
    "x-token": { none: undefined, token, "two tokens": `${token}, ${token}` }[request.header],
    cookie: cookie[request.cookie],
    origin: { none: undefined, own: `${request.scheme}://${HOSTS[request.host]}`, foreign: "https://evil.example" }[
      request.origin
    ],
    "sec-fetch-site": request.site === "none" ? undefined : request.site,
    upgrade: request.upgrade === "yes" ? "websocket" : undefined,
    "access-control-request-method": request.asksFor === "nothing" ? undefined : request.asksFor,
  }) as Record<string, string>;
}

async function readerFor({ request, guard }: Situation): Promise<KvRevocationReader> {
  const identity = {
    issuer: OURS,
    subject: request.subject === "512 bytes" ? "s".repeat(512) : "alice",
    tokenId: guard.tokenId === "none" ? undefined : request.tokenId === "512 bytes" ? "s".repeat(512) : "token-1",
    sessionId: request.session === "good" ? "session-1" : undefined,
  };
  const values = new Map<string, string>();
  for (const { kind, name } of await names.addressesFor(identity)) {
    const value = recordOf(kind, request);
    if (value !== undefined) values.set(name, value);
  }
  let works = request.store === "answers" || request.store === "answered before and fails";
  const store: RecordStore = {
    async get(wanted) {
      if (request.store === "hangs") return new Promise(() => {});
      if (!works) throw new Error("429");
      return new Map(wanted.map((name) => [name, values.get(name) ?? null]));
    },
  };
  const reader = new KvRevocationReader(store, names, request.store === "hangs" ? IMPATIENT : undefined);
  if (request.store === "answered before and fails") {
    await reader.lookUp(identity, NOW - 100);
    works = false;
  }
  return reader;
}

function recordOf(kind: RecordKind, request: RequestFacts): string | undefined {
  const says = request[`${kind}Record`];
  if (says === "none") return undefined;
  if (says === "unreadable") return '{"format":2}';
  const issued = NOW + (typeof request.issued === "number" ? request.issued : 0);
  const record = present({
    format: 1,
    revoked: says === "revoked" ? true : undefined,
    issuedBefore: says.includes("cut off") ? issued + request.cutOff : undefined,
    minimumTokenVersion: says.includes("minimum") ? request.minimum : undefined,
    until: request.until === "none" ? undefined : NOW + request.until,
  });
  return JSON.stringify(record);
}

function present(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
