import { describe, expect, it } from "vitest";
import { namesOf, valuesOf } from "../support/arrival.ts";
import { sendLines } from "../support/wire-client.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

describe("credentials in Authorization", () => {
  it.each(["Bearer", "bearer", "BEARER"])("are taken with the scheme %s and kept from the origin", async (scheme) => {
    const { send, token, arrivalOf } = scene();
    const response = await send({ path: "/a", headers: { Authorization: `${scheme} ${token}` } });
    expect(response.status).toBe(200);
    expect(namesOf(arrivalOf(response))).not.toContain("authorization");
  });

  it("reach the origin where the route forwards them", async () => {
    const { sendAsAlice, arrivalOf, token } = scene();
    const arrival = arrivalOf(await sendAsAlice({ path: "/with-token/a" }));
    expect(valuesOf(arrival, "authorization")).toEqual([`Bearer ${token}`]);
    expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(["alice"]);
  });

  it("are refused when there are two, in one request on one socket", async () => {
    const { guard, token, origin } = scene();
    const before = origin.arrivals.length;
    const bearer = `Authorization: Bearer ${token}`;
    const basic = "Authorization: Basic YTpi";
    for (const pair of [
      [bearer, bearer],
      [bearer, basic],
      [basic, bearer],
    ]) {
      expect(await sendLines(guard.url, ["GET /a HTTP/1.1", ...pair])).toBe(400);
      expect(await sendLines(guard.url, ["GET /optional/a HTTP/1.1", ...pair])).toBe(400);
    }
    expect(origin.arrivals).toHaveLength(before);
    expect(await sendLines(guard.url, ["GET /a HTTP/1.1", bearer])).toBe(200);
  });

  it("that are bad are refused on an optional route and nobody's business on a public one", async () => {
    const { send, arrivalOf } = scene();
    const headers = { Authorization: "Bearer not.a.token" };
    expect((await send({ path: "/optional/a", headers })).status).toBe(401);
    const response = await send({ path: "/public/a", headers });
    expect(response.status).toBe(200);
    expect(valuesOf(arrivalOf(response), "authorization")).toEqual(["Bearer not.a.token"]);
  });

  it("of another scheme count as none, and do not pass an optional route", async () => {
    const { send, arrivalOf } = scene();
    const headers = { Authorization: "Basic YTpi" };
    expect((await send({ path: "/a", headers })).status).toBe(401);
    const response = await send({ path: "/optional/a", headers });
    expect(response.status).toBe(200);
    expect(namesOf(arrivalOf(response))).not.toContain("authorization");
  });

  it("are looked for neither in the query nor in a form", async () => {
    const { send, token } = scene();
    expect((await send({ path: `/a?access_token=${token}` })).status).toBe(401);
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    expect((await send({ method: "POST", path: "/a", headers, body: `access_token=${token}` })).status).toBe(401);
  });
});

describe("credentials in a configured header", () => {
  it("are taken and kept from the origin", async () => {
    const { send, token, arrivalOf } = scene();
    const arrival = arrivalOf(await send({ path: "/a", headers: { "X-Api-Token": token } }));
    expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(["alice"]);
    expect(namesOf(arrival)).not.toContain("x-api-token");
  });

  it("are refused beside others", async () => {
    const { sendAsAlice, send, token } = scene();
    expect((await sendAsAlice({ path: "/a", headers: { "X-Api-Token": token } })).status).toBe(400);
    expect((await send({ path: "/a", headers: { "X-Api-Token": [token, token] } })).status).toBe(400);
    expect((await send({ path: "/a", headers: { "X-Api-Token": token, Cookie: `session=${token}` } })).status).toBe(
      400,
    );
  });
});

describe("credentials in a configured cookie", () => {
  it("are taken and kept from the origin, which gets the other cookies", async () => {
    const { send, token, arrivalOf } = scene();
    const arrival = arrivalOf(
      await send({ path: "/a", headers: { Cookie: `theme=dark; session=${token}; sessions=2` } }),
    );
    expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(["alice"]);
    expect(valuesOf(arrival, "cookie")).toEqual(["theme=dark; sessions=2"]);
  });

  it("leave no Cookie field behind when they were the only one", async () => {
    const { send, token, arrivalOf } = scene();
    expect(namesOf(arrivalOf(await send({ path: "/a", headers: { Cookie: `session=${token}` } })))).not.toContain(
      "cookie",
    );
  });

  it.each([
    { what: "nothing that says where it comes from", fields: {}, status: 403 },
    { what: "the Origin of another site", fields: { Origin: "https://evil.example" }, status: 403 },
    { what: "an opaque Origin", fields: { Origin: "null" }, status: 403 },
    { what: "Sec-Fetch-Site: cross-site", fields: { "Sec-Fetch-Site": "cross-site" }, status: 403 },
    { what: "Sec-Fetch-Site: same-site", fields: { "Sec-Fetch-Site": "same-site" }, status: 403 },
    { what: "Sec-Fetch-Site: same-origin", fields: { "Sec-Fetch-Site": "same-origin" }, status: 200 },
  ])("with a POST and $what are answered $status", async ({ fields, status }) => {
    const { send, token } = scene();
    const headers = { Cookie: `session=${token}`, ...fields };
    expect((await send({ method: "POST", path: "/a", headers, body: "x" })).status).toBe(status);
  });

  it("with a POST from the guard's own origin pass", async () => {
    const { send, token, guard } = scene();
    const headers = { Cookie: `session=${token}`, Origin: guard.url.origin };
    expect((await send({ method: "POST", path: "/a", headers, body: "x" })).status).toBe(200);
  });
});
