import { describe, expect, it } from "vitest";
import { ForeignHeaders, removeConnectionHeaders } from "../../../src/gateway/foreign-headers.ts";
import type { IdentityHeaders } from "../../../src/model/forwarding.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";

const DEFAULTS = {
  subject: "X-Jotgate-Subject",
  issuer: "X-Jotgate-Issuer",
  scope: "X-Jotgate-Scope",
  client: "X-Jotgate-Client",
  claims: [],
};
const OWN_NAMES = { ...DEFAULTS, subject: "X-User-Id", claims: [{ claim: ["email"], header: "X-Email" }] };

const SOURCES: readonly TokenSource[] = [{ kind: "authorization" }, { kind: "header", name: "x-token" }];

function cleaned(headers: Record<string, string>, names: IdentityHeaders = DEFAULTS): string[] {
  const result = new Headers(headers);
  new ForeignHeaders(names, SOURCES).remove(result);
  return [...result.keys()];
}

describe("headers that are ours to say are removed", () => {
  it.each([
    "X-Jotgate-Subject",
    "x-jotgate-subject",
    "X-JOTGATE-SUBJECT",
    "X_Jotgate_Subject",
    "X-Jotgate_Subject",
    "x_jotgate-subject",
    "X.Jotgate.Subject",
    "X~Jotgate|Subject",
    "X-Jotgate-Issuer",
    "X-Jotgate-Scope",
    "X-Jotgate-Client",
    "X-Jotgate-Claim-Email",
    "X-Jotgate-Request-Id",
    "X-Jotgate-Assertion",
    "X-Jotgate-Anything",
  ])("in the spelling %s", (name) => {
    expect(cleaned({ [name]: "admin", accept: "*/*" })).toEqual(["accept"]);
  });

  it.each(["X-User-Id", "x-user-id", "X_User_Id", "x_user-id", "X.User.Id", "X-Email", "x_email", "X-Jotgate-Subject"])(
    "under names of the operator's choice: %s",
    (name) => {
      expect(cleaned({ [name]: "admin", accept: "*/*" }, OWN_NAMES)).toEqual(["accept"]);
    },
  );

  it("under the usual names when these are switched off", () => {
    const off = { subject: false, issuer: false, scope: false, client: false, claims: [] } as const;
    expect(cleaned({ "X-Jotgate-Subject": "admin", x_jotgate_scope: "all", accept: "*/*" }, off)).toEqual(["accept"]);
  });

  it("however many other names came before", () => {
    const headers = new ForeignHeaders(DEFAULTS, SOURCES);
    for (let i = 0; i < 2_500; i++) {
      const sent = new Headers({ [`x-${i}`]: "1", x_jotgate_subject: "admin", [`x-jotgate-${i}`]: "1" });
      headers.remove(sent);
      expect([...sent.keys()]).toEqual([`x-${i}`]);
    }
  });

  it.each(["X-User", "X-User-Id-2", "X-Emails", "Email", "Jotgate-Subject", "X-Jotgates"])("but not %s", (name) => {
    expect(cleaned({ [name]: "x" }, OWN_NAMES)).toEqual([name.toLowerCase()]);
  });
});

describe("headers that belong to one connection are removed", () => {
  it.each(["Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Upgrade"])(
    "as %s",
    (name) => {
      expect(cleaned({ [name]: "x", accept: "*/*" })).toEqual(["accept"]);
    },
  );

  it("with those that Connection names, and Connection itself", () => {
    const headers = { connection: "close, X-Internal , x-other", "x-internal": "1", "x-other": "2", "x-kept": "3" };
    expect(cleaned(headers)).toEqual(["x-kept"]);
  });

  it.each(["", ",", ", ,", "a b", "x:y", '"x-kept"'])("while a Connection of %j removes nothing else", (value) => {
    const headers = new Headers({ "x-kept": "1" });
    try {
      headers.set("connection", value);
    } catch {
      // The platform refuses some values by itself.
    }
    new ForeignHeaders(DEFAULTS, SOURCES).remove(headers);
    expect([...headers.keys()]).toEqual(["x-kept"]);
  });
});

describe("an upgrade", () => {
  it.each(["websocket", "WebSocket", "WEBSOCKET"])("to %s is kept, with the key of its handshake", (protocol) => {
    const headers = {
      connection: "Upgrade",
      upgrade: protocol,
      "sec-websocket-key": "x",
      "sec-websocket-version": "13",
    };
    expect(cleaned(headers)).toEqual(["sec-websocket-key", "sec-websocket-version", "upgrade"]);
  });

  it.each(["h2c", "websocket, h2c", "TLS/1.0", ""])("to %j is removed", (protocol) => {
    expect(cleaned({ connection: "Upgrade", upgrade: protocol, accept: "*/*" })).toEqual(["accept"]);
  });
});

describe("headers that would tell the origin another request than the one judged are removed", () => {
  it.each([
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Uri",
    "X-Forwarded-Method",
    "X_Forwarded_Host",
    "X-Original-URL",
    "X_Original_URL",
    "X-Rewrite-URL",
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X-Real-IP",
    "X-Host",
    "X-Middleware-Subrequest",
  ])("as %s", (name) => {
    expect(cleaned({ [name]: "x", accept: "*/*" })).toEqual(["accept"]);
  });
});

it("everything else stays as it is", () => {
  const headers = {
    accept: "*/*",
    cookie: "a=b",
    "content-type": "text/plain",
    origin: "https://a.example",
    "x-a_b": "1",
  };
  const result = new Headers(headers);
  new ForeignHeaders(DEFAULTS, SOURCES).remove(result);
  expect(Object.fromEntries(result)).toEqual(headers);
});

it("a response loses what concerned the connection to the origin, and what its Connection names", () => {
  const headers = new Headers({
    connection: "X-Hop",
    "x-hop": "1",
    "keep-alive": "timeout=5",
    "proxy-authenticate": "Basic",
    upgrade: "h2c",
    etag: '"a"',
  });
  removeConnectionHeaders(headers);
  expect(Object.fromEntries(headers)).toEqual({ etag: '"a"' });
});

describe("headers that would tell the origin another method, path, host or address are removed", () => {
  it.each([
    "X-Forwarded-Path",
    "X-Forwarded-Ssl",
    "X_Forwarded_For",
    "X-Original-Path",
    "X-Original-Forwarded-For",
    "X-Envoy-Original-Path",
    "X-Override-Url",
    "X-Client-Ip",
    "Client-Ip",
    "X-Cluster-Client-Ip",
    "True-Client-Ip",
    "Front-End-Https",
    "X-Url-Scheme",
    "X-HTTP-Method-Override",
  ])("%s", (name) => {
    expect(cleaned({ [name]: "1", "x-kept": "1" })).toEqual(["x-kept"]);
  });

  it.each(["x-forward", "x-originality", "x-hostess", "ip"])("but not %s, which only begins alike", (name) => {
    expect(cleaned({ [name]: "1" })).toEqual([name]);
  });
});

describe("tokens and Cloudflare's fields come under their exact names only", () => {
  it.each(["X_Token", "x.token", "CF_Connecting_IP", "cf-connecting_ip"])("%s is removed", (name) => {
    expect(cleaned({ [name]: "1" })).toEqual([]);
  });

  it.each(["x-token", "authorization", "cf-connecting-ip", "cf-ray"])("%s stays", (name) => {
    expect(cleaned({ [name]: "1" })).toEqual([name]);
  });
});
