import { describe, expect, it } from "vitest";
import { type Arrival, namesOf, valuesOf } from "../support/arrival.ts";
import { sendLines } from "../support/wire-client.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

const FORGED = "forged-by-the-client";

/** What a client may send in the hope that some origin folds it to a header of ours. */
const SPELLINGS = [
  "X-Jotgate-Subject",
  "x-jotgate-subject",
  "X_Jotgate_Subject",
  "X-Jotgate_Subject",
  "X.Jotgate.Subject",
  "X~Jotgate~Subject",
  "X-Jotgate-Issuer",
  "X-Jotgate-Scope",
  "X-Jotgate-Client",
  "X-Jotgate-Request-Id",
  "X-Jotgate-Assertion",
  "X-Jotgate-Anything",
  "X_JOTGATE_ANYTHING",
  "X-Role",
  "x_role",
];

describe("identity headers", () => {
  describe.each([
    { where: "a guarded route", path: "/a", withToken: true, subject: ["alice"], role: ["editor"] },
    {
      where: "an optional route with a token",
      path: "/optional/a",
      withToken: true,
      subject: ["alice"],
      role: ["editor"],
    },
    { where: "an optional route without a token", path: "/optional/a", withToken: false, subject: [], role: [] },
    { where: "a public route", path: "/public/a", withToken: false, subject: [], role: [] },
    { where: "a public route with a token", path: "/public/a", withToken: true, subject: [], role: [] },
  ])("on $where", ({ path, withToken, subject, role }) => {
    it.each(SPELLINGS)("are ours alone when the client sends %s", async (name) => {
      const { send, sendAsAlice, arrivalOf } = scene();
      const response = await (withToken ? sendAsAlice : send)({ path, headers: { [name]: FORGED } });
      expect(response.status).toBe(200);
      const arrival = arrivalOf(response);
      expect(arrival.headers.filter(([, value]) => value.includes(FORGED))).toEqual([]);
      expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(subject);
      expect(valuesOf(arrival, "x-role")).toEqual(role);
    });
  });

  it("leave alone what only looks a little like them", async () => {
    const { sendAsAlice, arrivalOf } = scene();
    const arrival = arrivalOf(
      await sendAsAlice({ path: "/a", headers: { "X-Roles": "a", "X-Jot": "b", "X-Rolex": "c" } }),
    );
    expect(["x-roles", "x-jot", "x-rolex"].map((name) => valuesOf(arrival, name))).toEqual([["a"], ["b"], ["c"]]);
  });

  it.each([
    "X-Jotgate-Subject",
    "x-jotgate-subject, X-Role",
    "close, X-Jotgate-Issuer",
    "keep-alive, x_jotgate_subject",
  ])("cannot be taken away by Connection: %s", async (connection) => {
    const { sendAsAlice, arrivalOf } = scene();
    expectAlice(arrivalOf(await sendAsAlice({ path: "/a", headers: { Connection: connection } })));
  });

  it("arrive without the fields of the client's connection and those that it names", async () => {
    const { guard, origin, token } = scene();
    const ofConnection = [
      "Connection: keep-alive, X-Debug",
      "X-Debug: 1",
      "Keep-Alive: timeout=5",
      "TE: trailers",
      "Trailer: X-Checksum",
      "Proxy-Authorization: Basic YTpi",
      "Proxy-Connection: keep-alive",
    ];
    const lines = ["GET /a HTTP/1.1", `Authorization: Bearer ${token}`, ...ofConnection, "X-Kept: 2"];
    expect(await sendLines(guard.url, lines)).toBe(200);
    expectAlice(origin.last);
    expect(valuesOf(origin.last, "x-kept")).toEqual(["2"]);
    const gone = ofConnection.map((line) => line.slice(0, line.indexOf(":")).toLowerCase());
    // Node's server is reached over a connection of its own, whose field this is.
    expect(namesOf(origin.last).filter((name) => gone.includes(name) && name !== "connection")).toEqual([]);
    expect(valuesOf(origin.last, "connection").join()).not.toContain("X-Debug");
  });

  it("are refused rather than cut when they are too long for a header", async () => {
    const { send, issuer, origin } = scene();
    const before = origin.arrivals.length;
    const token = await issuer.sign(issuer.claims({ role: "x".repeat(4097) }));
    const response = await send({ path: "/a", headers: { Authorization: `Bearer ${token}` } });
    expect(response.status).toBe(403);
    expect(origin.arrivals).toHaveLength(before);
  });
});

function expectAlice(arrival: Arrival): void {
  expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(["alice"]);
  expect(valuesOf(arrival, "x-jotgate-issuer")).toEqual(["https://issuer.example"]);
  expect(valuesOf(arrival, "x-role")).toEqual(["editor"]);
}
