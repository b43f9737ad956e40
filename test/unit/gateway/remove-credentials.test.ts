import { describe, expect, it } from "vitest";
import { removeCredentials } from "../../../src/gateway/remove-credentials.ts";
import type { AllowAnonymous, AllowBearer } from "../../../src/model/decision.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";
import { anonymous, bearer, verified } from "./decisions.ts";

const SENT = { authorization: "Bearer t", "x-token": "t", cookie: "a=1; session=t; b=2" };

/** Everywhere that an issuer's tokens may be presented. */
const SOURCES: readonly TokenSource[] = [
  { kind: "authorization" },
  { kind: "header", name: "x-token" },
  { kind: "cookie", name: "session" },
];

const inAuthorization = await verified();
const inHeader = await verified({}, { kind: "header", name: "x-token" });
const inCookie = await verified({}, { kind: "cookie", name: "session" });

function left(
  decision: AllowAnonymous | AllowBearer,
  sent: Record<string, string> = SENT,
  sources = SOURCES,
): Record<string, string> {
  const headers = new Headers(sent);
  removeCredentials(headers, decision, sources);
  return Object.fromEntries(headers);
}

describe("of a bearer's request", () => {
  it.each([
    ["Authorization", inAuthorization],
    ["a header", inHeader],
    ["a cookie", inCookie],
  ])("with the token in %s, everything goes where tokens may be presented, and other cookies stay", (_, token) => {
    expect(left(bearer(token))).toEqual({ cookie: "a=1; b=2" });
  });

  it("what only looks like another token's place is left alone", () => {
    expect(left(bearer(inAuthorization), SENT, [{ kind: "authorization" }])).toEqual({
      "x-token": "t",
      cookie: SENT.cookie,
    });
  });

  it.each([
    ["session=t;b=2", "b=2"],
    ["session=t;  b=2", "b=2"],
    ["session=t,b=2", "b=2"],
    ["a=1;session=t", "a=1"],
  ])("a cookie %j leaves %j", (cookie, others) => {
    expect(left(bearer(inCookie), { cookie })).toEqual({ cookie: others });
  });

  it("nothing happens to cookies that are not there", () => {
    expect(left(bearer(inAuthorization), { authorization: "Bearer t", etag: "1" })).toEqual({ etag: "1" });
  });

  it("Authorization goes even where no issuer's tokens may come in it, whatever its scheme", () => {
    const sources: readonly TokenSource[] = [{ kind: "header", name: "x-token" }];
    expect(left(bearer(inHeader), { authorization: "Basic dTpw", "x-token": "t" }, sources)).toEqual({});
  });
});

describe("a cookie with the token", () => {
  it.each([
    ["session=t", undefined],
    ["session=t; a=1", "a=1"],
    ["a=1; session=t", "a=1"],
    ["a=1;session = t ;b=2", "a=1;b=2"],
    ["a=1,2; session=t; b=3,4", "a=1,2; b=3,4"],
    ["a=1, session=t", "a=1"],
    ["session=t; session=", undefined],
    ["session2=x; session=t; xsession=y; Session=z", "session2=x; xsession=y; Session=z"],
    ["session=t; a=session=t; novalue", "a=session=t; novalue"],
    ['session=t; a="1 2", b', 'a="1 2", b'],
  ])("taken out of %j leaves %j", (before, after) => {
    expect(left(bearer(inCookie), { cookie: before })).toEqual(after === undefined ? {} : { cookie: after });
  });
});

describe("where the route forwards the token", () => {
  const forwarding = { forwardToken: true };

  it("Authorization stays when it had the token", () => {
    expect(left(bearer(inAuthorization, forwarding))).toEqual({
      authorization: SENT.authorization,
      cookie: "a=1; b=2",
    });
  });

  it("a header stays when it had the token, and nothing that nobody verified", () => {
    expect(left(bearer(inHeader, forwarding))).toEqual({ "x-token": "t", cookie: "a=1; b=2" });
  });

  it("a cookie stays when it had the token, and nothing that nobody verified", () => {
    expect(left(bearer(inCookie, forwarding))).toEqual({ cookie: SENT.cookie });
  });

  it("an optional route without a token forwards no credentials", () => {
    expect(left(anonymous("optional", { access: "optional", ...forwarding }))).toEqual({ cookie: "a=1; b=2" });
  });
});

describe("of a request without a token", () => {
  it.each(["Basic dTpw", "DPoP t", "Digest x"])("an Authorization of %s is removed on an optional route", (value) => {
    expect(left(anonymous("optional", { access: "optional" }), { authorization: value, cookie: "a=1" })).toEqual({
      cookie: "a=1",
    });
  });

  it("a preflight loses all of them", () => {
    expect(left(anonymous("preflight"))).toEqual({ cookie: "a=1; b=2" });
  });

  it("everything stays on a public route: it is the origin's own affair", () => {
    expect(left(anonymous("public", { access: "public" }))).toEqual(SENT);
  });
});
