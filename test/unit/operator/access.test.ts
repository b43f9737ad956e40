import { describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { ask, FakeDesk, type Surroundings } from "./desk.ts";

const TEAM = await TestIssuer.create("https://team.cloudflareaccess.com", "RS256");
const AUDIENCE = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";

const SURROUNDINGS: Surroundings = {
  guard: {
    operatorAccess: {
      team: TEAM.issuer,
      audience: AUDIENCE,
      roles: [
        { email: "Olga@example.com", role: "viewer" },
        { email: "otto@example.com", role: "admin" },
      ],
    },
  },
};

/** What Access signs for a person. */
async function assertion(overrides: Record<string, unknown> = {}, issuer = TEAM): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const person = { aud: [AUDIENCE], email: "olga@example.com", sub: crypto.randomUUID(), type: "app", jti: undefined };
  const times = { iat: now, nbf: now, exp: now + 86_400 };
  return issuer.sign(issuer.claims({ ...person, ...times, identity_nonce: "6ei69kawdKzMIAPF", ...overrides }), {
    typ: "JWT",
  });
}

async function askWith(jwt: string, headers: Record<string, string> = {}, path = "/status") {
  const fetched: string[] = [];
  const fetching = vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    fetched.push(input instanceof Request ? input.url : String(input));
    return Response.json({ keys: [TEAM.publicJwk] });
  });
  const given = { authorization: "none", "cf-access-jwt-assertion": jwt, ...headers };
  const answer = await ask(new FakeDesk(), path, { headers: given }, SURROUNDINGS);
  fetching.mockRestore();
  return { ...answer, fetched };
}

describe("a person that Cloudflare Access vouches for", () => {
  it("is known by the address, whatever its case, under the team's keys", async () => {
    expect(await askWith(await assertion())).toMatchObject({
      status: 200,
      fetched: ["https://team.cloudflareaccess.com/cdn-cgi/access/certs"],
    });
    expect((await askWith(await assertion({ email: "OLGA@example.com" }))).status).toBe(200);
  });

  it.each([
    ["for another application", { aud: ["another"] }],
    ["expired", { iat: 900, nbf: 900, exp: 1_000 }],
    ["of another team", { iss: "https://other.cloudflareaccess.com" }],
    ["without an address, as for a service token", { email: undefined, sub: "", common_name: "x.access" }],
  ])("is nobody with an assertion that is %s", async (_what, overrides) => {
    expect((await askWith(await assertion(overrides))).status).toBe(401);
  });

  it("is nobody with an assertion that others signed", async () => {
    const forger = await TestIssuer.create(TEAM.issuer, "RS256");
    expect((await askWith(await assertion({}, forger))).status).toBe(401);
  });

  it("may nothing without a role", async () => {
    const answer = await askWith(await assertion({ email: "eve@example.com" }));
    expect(answer).toMatchObject({ status: 403, body: { needs: "viewer" } });
  });

  it("is not asked for when there is an Authorization header", async () => {
    const answer = await askWith(await assertion(), { authorization: `Bearer ${"x".repeat(43)}` });
    expect(answer).toMatchObject({ status: 401, fetched: [] });
  });

  it.each([
    ["origin", "https://guard.example"],
    ["origin", "null"],
    ["sec-fetch-site", "cross-site"],
    ["sec-fetch-site", "same-site"],
  ])("is not to be had by another page: %s: %s", async (name, value) => {
    const answer = await askWith(await assertion(), { [name]: value });
    expect(answer).toMatchObject({ status: 403, body: { code: "cross_site_request" } });
  });

  it.each(["none", "same-origin"])("may look with a browser: Sec-Fetch-Site %s", async (site) => {
    expect((await askWith(await assertion(), { "sec-fetch-site": site })).status).toBe(200);
  });

  it("is nobody where Access is not configured", async () => {
    const headers = { authorization: "none", "cf-access-jwt-assertion": await assertion() };
    expect((await ask(new FakeDesk(), "/status", { headers })).status).toBe(401);
  });
});
