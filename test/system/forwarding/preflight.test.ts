import { describe, expect, it } from "vitest";
import { namesOf, valuesOf } from "../support/arrival.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

const PREFLIGHT = { Origin: "https://app.example", "Access-Control-Request-Method": "PUT" };

describe("a CORS preflight", () => {
  it("passes without a token where the rule for the announced method says so, and names nobody", async () => {
    const { send, arrivalOf } = scene();
    const headers = { ...PREFLIGHT, "X-Jotgate-Subject": "forged", Authorization: "Bearer x" };
    const response = await send({ method: "OPTIONS", path: "/cors/a", headers });
    expect(response.status).toBe(200);
    const arrival = arrivalOf(response);
    expect(arrival).toMatchObject({ method: "OPTIONS", url: "/cors/a" });
    expect(valuesOf(arrival, "access-control-request-method")).toEqual(["PUT"]);
    expect(namesOf(arrival).filter((name) => /^x-jotgate-(?!request-id)|^authorization$/.test(name))).toEqual([]);
  });

  it.each([
    {
      what: "announces a method of another rule",
      path: "/cors/a",
      headers: { ...PREFLIGHT, "Access-Control-Request-Method": "DELETE" },
    },
    { what: "is for a rule that does not pass it", path: "/a", headers: PREFLIGHT },
    { what: "has no Origin", path: "/cors/a", headers: { "Access-Control-Request-Method": "PUT" } },
    { what: "announces nothing", path: "/cors/a", headers: { Origin: "https://app.example" } },
  ])("is refused like any request when it $what", async ({ path, headers }) => {
    const { send, origin } = scene();
    const before = origin.arrivals.length;
    expect((await send({ method: "OPTIONS", path, headers })).status).toBe(401);
    expect(origin.arrivals).toHaveLength(before);
  });

  it("opens the door to nothing but itself", async () => {
    expect((await scene().send({ method: "PUT", path: "/cors/a", headers: PREFLIGHT })).status).toBe(401);
  });
});
