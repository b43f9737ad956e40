import { afterEach, describe, expect, it, vi } from "vitest";
import { discoverJwksUri } from "../../../src/keys/discover-jwks-uri.ts";
import { stubNetwork } from "./network.ts";

afterEach(() => vi.restoreAllMocks());

const signal = new AbortController().signal;

/** Answers with these documents by URL, and with 404 elsewhere. */
function publish(documents: Record<string, unknown>) {
  return stubNetwork((url) =>
    Object.hasOwn(documents, url) ? Response.json(documents[url]) : new Response(null, { status: 404 }),
  );
}

function metadata(issuer: string, jwksUri: unknown = "https://keys.example/jwks") {
  return { issuer, jwks_uri: jwksUri };
}

describe("the place of the metadata", () => {
  it.each([
    ["https://id.example", "https://id.example/.well-known/openid-configuration"],
    ["https://id.example/", "https://id.example/.well-known/openid-configuration"],
    ["https://id.example/tenant", "https://id.example/tenant/.well-known/openid-configuration"],
    ["https://id.example/tenant/", "https://id.example/tenant/.well-known/openid-configuration"],
    ["https://id.example:8443/a/b", "https://id.example:8443/a/b/.well-known/openid-configuration"],
  ])("of OpenID Connect for %s is %s", async (issuer, url) => {
    const { urls } = publish({ [url]: metadata(issuer) });
    expect(await discoverJwksUri(issuer, signal)).toBe("https://keys.example/jwks");
    expect(urls).toEqual([url]);
  });

  it.each([
    ["https://id.example", "https://id.example/.well-known/oauth-authorization-server"],
    ["https://id.example/", "https://id.example/.well-known/oauth-authorization-server"],
    ["https://id.example/tenant", "https://id.example/.well-known/oauth-authorization-server/tenant"],
    ["https://id.example/tenant/", "https://id.example/.well-known/oauth-authorization-server/tenant"],
  ])("of RFC 8414 for %s is %s, where OpenID Connect has none", async (issuer, url) => {
    const { urls } = publish({ [url]: metadata(issuer) });
    expect(await discoverJwksUri(issuer, signal)).toBe("https://keys.example/jwks");
    expect(urls).toHaveLength(2);
  });

  it.each([400, 401, 404, 410, 499])("of RFC 8414 is tried after a status of %d", async (status) => {
    const { urls } = stubNetwork((url) =>
      url.endsWith("openid-configuration")
        ? new Response(null, { status })
        : Response.json(metadata("https://id.example")),
    );
    await discoverJwksUri("https://id.example", signal);
    expect(urls).toHaveLength(2);
  });

  it.each([204, 302, 399, 500, 503])("of RFC 8414 is not tried after a status of %d", async (status) => {
    const { urls } = stubNetwork(() => new Response(null, { status }));
    await expect(discoverJwksUri("https://id.example", signal)).rejects.toMatchObject({ status });
    expect(urls).toHaveLength(1);
  });

  it("of RFC 8414 is not tried when the network fails", async () => {
    const { urls } = stubNetwork(() => Promise.reject(new TypeError("refused")));
    await expect(discoverJwksUri("https://id.example", signal)).rejects.toThrow("refused");
    expect(urls).toHaveLength(1);
  });
});

describe("metadata is refused", () => {
  const issuer = "https://id.example/tenant";
  const at = `${issuer}/.well-known/openid-configuration`;

  it.each([
    "https://id.example/tenant/",
    "https://id.example/Tenant",
    "https://id.example",
    "http://id.example/tenant",
    undefined,
    ["https://id.example/tenant"],
  ])("when it names the issuer %j", async (named) => {
    publish({ [at]: { issuer: named, jwks_uri: "https://keys.example/jwks" } });
    await expect(discoverJwksUri(issuer, signal)).rejects.toThrow("names another issuer");
  });

  it.each([null, [], "text", 5])("when it is %j", async (document) => {
    publish({ [at]: document });
    await expect(discoverJwksUri(issuer, signal)).rejects.toThrow(/^metadata/);
  });

  it.each([
    ["is plain http", "http://keys.example/jwks"],
    ["is plain http on this machine, while the issuer is elsewhere", "http://127.0.0.1/jwks"],
    ["has a user name", "https://user@keys.example/jwks"],
    ["has a password", "https://:secret@keys.example/jwks"],
    ["is another scheme", "ftp://keys.example/jwks"],
    ["is data", "data:application/json,{}"],
    ["is relative", "/jwks"],
    ["is empty", ""],
    ["is missing", undefined],
    ["is a list", ["https://keys.example/jwks"]],
  ])("when its jwks_uri %s", async (_, uri) => {
    publish({ [at]: { issuer, jwks_uri: uri } });
    await expect(discoverJwksUri(issuer, signal)).rejects.toThrow("no jwks_uri that is safe to use");
  });
});

describe("for an issuer on this machine", () => {
  const issuer = "http://127.0.0.1:9200";

  it("a jwks_uri on this machine may be plain http", async () => {
    publish({ [`${issuer}/.well-known/openid-configuration`]: metadata(issuer, "http://localhost:9200/jwks") });
    expect(await discoverJwksUri(issuer, signal)).toBe("http://localhost:9200/jwks");
  });

  it("a jwks_uri elsewhere may not", async () => {
    publish({ [`${issuer}/.well-known/openid-configuration`]: metadata(issuer, "http://keys.example/jwks") });
    await expect(discoverJwksUri(issuer, signal)).rejects.toThrow("safe to use");
  });
});
