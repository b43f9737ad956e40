import { afterEach, describe, expect, it, vi } from "vitest";
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

it.each(["a b", "(x", "x)", "é", "", ",,", '"etag"'])(
  "a response may name in Connection what is no name of a header: %j",
  (option) => {
    const headers = new Headers({ connection: `x-one, ${option}, close`, "x-one": "1", etag: '"a"' });
    removeConnectionHeaders(headers);
    expect(Object.fromEntries(headers)).toEqual({ etag: '"a"' });
  },
);

describe("what is remembered of names", () => {
  afterEach(() => void vi.restoreAllMocks());

  /** The names that are remembered from now on, in order, and how many there were at most at a time. */
  function watch() {
    const seen = { names: [] as string[], most: 0 };
    const { set } = Map.prototype;
    vi.spyOn(Map.prototype, "set").mockImplementation(function (this: Map<unknown, unknown>, key, value) {
      set.call(this, key, value);
      if (typeof value === "boolean") {
        seen.names.push(String(key));
        seen.most = Math.max(seen.most, this.size);
      }
      return this;
    });
    return seen;
  }

  it("spares the same work for the next request", () => {
    const seen = watch();
    const foreign = new ForeignHeaders(DEFAULTS, SOURCES);
    for (let i = 0; i < 3; i++) foreign.remove(new Headers({ etag: "1", "x-jotgate-subject": "1" }));
    expect(seen.names).toEqual(["etag", "x-jotgate-subject"]);
  });

  it("is no name of more than 64 characters", () => {
    const seen = watch();
    new ForeignHeaders(DEFAULTS, SOURCES).remove(new Headers({ ["a".repeat(64)]: "1", ["b".repeat(65)]: "1" }));
    expect(seen.names).toEqual(["a".repeat(64)]);
  });

  it("is 1,000 names at most", () => {
    const seen = watch();
    const foreign = new ForeignHeaders(DEFAULTS, SOURCES);
    for (let i = 0; i < 2_500; i++) foreign.remove(new Headers({ [`x-${i}`]: "1" }));
    expect(seen.names).toHaveLength(2_500);
    expect(seen.most).toBe(1_000);
  });
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

  it.each(["my-x-forwarded-for", "ax-original-url"])("but not %s, which only ends alike", (name) => {
    expect(cleaned({ [name]: "1" })).toEqual([name]);
  });
});

describe("tokens and Cloudflare's fields come under their exact names only", () => {
  it.each(["X_Token", "x.token", "CF_Connecting_IP", "cf-connecting_ip"])("%s is removed", (name) => {
    expect(cleaned({ [name]: "1" })).toEqual([]);
  });

  it.each(["x-token", "authorization", "cf-connecting-ip", "cf-ray", "my_cf-ray", "x_content-type"])(
    "%s stays",
    (name) => {
      expect(cleaned({ [name]: "1" })).toEqual([name]);
    },
  );
});

describe("aliases of framing and hop-by-hop fields are removed", () => {
  it.each([
    "Transfer_Encoding",
    "Transfer.Encoding",
    "Content_Length",
    "Content.Length",
    "Content_Type",
    "Content_Encoding",
    "Keep_Alive",
    "Proxy_Connection",
    "Proxy_Authorization",
    "Sec_Fetch_Site",
  ])("%s", (name) => {
    expect(cleaned({ [name]: "1", "x-kept": "1" })).toEqual(["x-kept"]);
  });

  it.each(["content-length", "content-type", "content-encoding", "sec-fetch-site", "expect", "range"])(
    "but not %s itself",
    (name) => {
      expect(cleaned({ [name]: "1" })).toEqual([name]);
    },
  );
});

describe("headers that some origins take for another path, host, scheme, address or user are removed", () => {
  it.each([
    "Script-Name",
    "Script_Name",
    "Path-Info",
    "X-Matched-Path",
    "X-Invoke-Path",
    "X-Invoke-Query",
    "X-Request-Uri",
    "X-Waws-Unencoded-Url",
    "X-Http-Destinationurl",
    "X-Http-Path-Override",
    "X-Forward-For",
    "X-Forward-Proto",
    "X-Host-Override",
    "X-Scheme",
    "X-Remote-Ip",
    "X-Remote-Addr",
    "X-Originating-Ip",
    "X-Proxyuser-Ip",
    "Proxy-Client-Ip",
    "Wl-Proxy-Client-Ip",
    "Fastly-Client-Ip",
    "X-Azure-Clientip",
    "Proxy",
    "Remote-User",
    "REMOTE_USER",
    "X-Remote-User",
    "X-Auth-Request-User",
    "X-Webauth-User",
    "X-Goog-Authenticated-User-Email",
    "X-Ms-Client-Principal",
    "X-Ms-Client-Principal-Id",
    "Cf-Access-Authenticated-User-Email",
  ])("%s", (name) => {
    expect(cleaned({ [name]: "1", "x-kept": "1" })).toEqual(["x-kept"]);
  });

  it.each(["proxies", "x-schemes", "path", "script", "remote", "x-remotely", "x-invoked", "x-auth", "clients-ip"])(
    "but not %s",
    (name) => {
      expect(cleaned({ [name]: "1" })).toEqual([name]);
    },
  );
});

describe("Connection", () => {
  it.each(["cf-connecting-ip", "cf-ipcountry", "cf-access-jwt-assertion"])(
    "takes away nothing of Cloudflare's: %s",
    (name) => {
      expect(cleaned({ connection: `${name}, x-other`, [name]: "1", "x-other": "1" })).toEqual([name]);
    },
  );

  it("takes away what only looks like Cloudflare's", () => {
    expect(cleaned({ connection: "x-cf-a, cfa", "x-cf-a": "1", cfa: "1" })).toEqual([]);
  });
});

it.each([
  ["CF_Connecting_IP", "cf-connecting-ip"],
  ["X_Token", "x-token"],
  ["Content_Length", "content-length"],
])("what was found out about %s says nothing about %s, in either order", (alias, exact) => {
  const foreign = new ForeignHeaders(DEFAULTS, SOURCES);
  for (const name of [alias, exact, alias, exact]) {
    const headers = new Headers({ [name]: "1" });
    foreign.remove(headers);
    expect([...headers.keys()]).toEqual(name === exact ? [exact] : []);
  }
});

it("a header that tokens come in reaches the origin under its exact name, whatever it is called", () => {
  const headers = new Headers({
    "X-Auth-Request-Access-Token": "t",
    X_Auth_Request_Access_Token: "t",
    "X-Auth-Request-User": "u",
  });
  new ForeignHeaders(DEFAULTS, [{ kind: "header", name: "x-auth-request-access-token" }]).remove(headers);
  expect([...headers.keys()]).toEqual(["x-auth-request-access-token"]);
});
