import { describe, expect, it } from "vitest";
import { removeToken } from "../../../src/gateway/remove-token.ts";
import type { AllowAnonymous, AllowBearer } from "../../../src/model/decision.ts";
import { anonymous, bearer, verified } from "./decisions.ts";

const SENT = { authorization: "Bearer t", "x-token": "t", cookie: "a=1; session=t; b=2" };

const inAuthorization = await verified();
const inHeader = await verified({}, { kind: "header", name: "x-token" });
const inCookie = await verified({}, { kind: "cookie", name: "session" });

function left(decision: AllowAnonymous | AllowBearer, sent: Record<string, string> = SENT): Record<string, string> {
  const headers = new Headers(sent);
  removeToken(headers, decision);
  return Object.fromEntries(headers);
}

describe("of a bearer's request", () => {
  it("Authorization is removed when it had the token", () => {
    expect(left(bearer(inAuthorization))).toEqual({ "x-token": "t", cookie: SENT.cookie });
  });

  it("a header is removed when it had the token, and an Authorization that nobody verified", () => {
    expect(left(bearer(inHeader))).toEqual({ cookie: SENT.cookie });
  });

  it("a cookie is removed when it had the token, and the others are left alone", () => {
    expect(left(bearer(inCookie))).toEqual({ "x-token": "t", cookie: "a=1; b=2" });
  });

  it("credentials of another scheme are removed, too", () => {
    expect(left(bearer(inHeader), { authorization: "Basic dTpw", "x-token": "t" })).toEqual({});
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
    expect(left(bearer(inAuthorization, forwarding))).toEqual(SENT);
  });

  it("a header stays when it had the token, but no Authorization that nobody verified", () => {
    expect(left(bearer(inHeader, forwarding))).toEqual({ "x-token": "t", cookie: SENT.cookie });
  });

  it("a cookie stays when it had the token, but no Authorization that nobody verified", () => {
    expect(left(bearer(inCookie, forwarding))).toEqual({ "x-token": "t", cookie: SENT.cookie });
  });

  it("an optional route without a token forwards no Authorization", () => {
    expect(left(anonymous("optional", { access: "optional", ...forwarding }))).not.toHaveProperty("authorization");
  });
});

describe("of a request without a token", () => {
  it.each(["Basic dTpw", "DPoP t", "Digest x"])("an Authorization of %s is removed on an optional route", (value) => {
    expect(left(anonymous("optional", { access: "optional" }), { authorization: value, cookie: "a=1" })).toEqual({
      cookie: "a=1",
    });
  });

  it("Authorization is removed from a preflight", () => {
    expect(left(anonymous("preflight"), { authorization: "Bearer t" })).toEqual({});
  });

  it("everything stays on a public route: it is the origin's own affair", () => {
    expect(left(anonymous("public", { access: "public" }))).toEqual(SENT);
  });
});
