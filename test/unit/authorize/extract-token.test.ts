import { describe, expect, it } from "vitest";
import { extractToken } from "../../../src/authorize/extract-token.ts";
import { MAX_TOKEN_LENGTH } from "../../../src/model/limits.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";
import { accessRequest } from "../support.ts";

const AUTHORIZATION: TokenSource = { kind: "authorization" };
const HEADER: TokenSource = { kind: "header", name: "x-token" };
const COOKIE: TokenSource = { kind: "cookie", name: "session" };

/** The token and where it was found, or the reason why there is none. */
function extract(
  headers: Record<string, string>,
  sources: readonly TokenSource[] = [AUTHORIZATION],
  method = "GET",
): string {
  const result = extractToken(accessRequest({ method }, headers), sources);
  return result.ok ? `${result.value.reveal()} from ${result.value.source.kind}` : result.refusal.reason;
}

describe("Authorization", () => {
  it.each([
    ["the scheme as registered", "Bearer abc", "abc from authorization"],
    ["the scheme in lower case", "bearer abc", "abc from authorization"],
    ["the scheme in mixed case", "bEaReR abc", "abc from authorization"],
    ["several blanks", "Bearer    abc", "abc from authorization"],
    ["every character of b64token", "Bearer aZ09-._~+/==", "aZ09-._~+/== from authorization"],
    ["no token", "Bearer", "credentials_malformed"],
    ["a tab", "Bearer\tabc", "credentials_malformed"],
    ["a tab after the blank", "Bearer \tabc", "credentials_malformed"],
    ["a tab before the scheme's blank", "Bearer\t abc", "credentials_malformed"],
    ["no blank but an equals sign", "Bearer=abc", "credentials_malformed"],
    ["no blank but a slash, which tokens may begin with", "Bearer/abc", "credentials_malformed"],
    ["a colon", "Bearer:abc", "credentials_malformed"],
    ["a quoted token", 'Bearer "abc"', "credentials_malformed"],
    ["two tokens", "Bearer abc def", "credentials_malformed"],
    ["a parameter", 'Bearer realm="x"', "credentials_malformed"],
    ["an equals sign inside", "Bearer a=b", "credentials_malformed"],
    ["only equals signs", "Bearer ==", "credentials_malformed"],
    ["a character beyond ASCII", "Bearer ab\u00e9", "credentials_malformed"],
    ["a no-break space", "Bearer\u00a0abc", "credentials_malformed"],
    ["two fields, joined", "Bearer abc, Bearer def", "credentials_repeated"],
    ["two equal fields, joined", "Bearer abc, Bearer abc", "credentials_repeated"],
    ["a comma without anything behind it", "Bearer abc,", "credentials_repeated"],
    ["another scheme behind it", "Bearer abc, Basic def", "credentials_repeated"],
    ["another scheme before it", "Basic def, Bearer abc", "credentials_repeated"],
    ["another scheme before it, without blank", "Basic def,bearer abc", "credentials_repeated"],
    ["another scheme", "Basic YWxpY2U6c2VjcmV0", "token_missing"],
    ["DPoP", "DPoP abc", "token_missing"],
    ["a scheme that only starts like ours", "Bearers abc", "token_missing"],
    ["another such scheme", "Bearer-X abc", "token_missing"],
    ["a scheme that only ends like ours", "XBearer abc", "token_missing"],
    ["another scheme whose credentials are ours by name", "Basic bearer", "token_missing"],
    ["a token without scheme", "abc", "token_missing"],
  ])("with %s", (_what, value, expected) => {
    expect(extract({ authorization: value })).toBe(expected);
  });

  it("takes a token of exactly 16,384 characters", () => {
    const longest = "a".repeat(MAX_TOKEN_LENGTH);
    expect(MAX_TOKEN_LENGTH).toBe(16_384);
    expect(extract({ authorization: `Bearer ${longest}` })).toBe(`${longest} from authorization`);
  });

  it("refuses a token of 16,385 characters, whatever they are", () => {
    expect(extract({ authorization: `Bearer ${"a".repeat(MAX_TOKEN_LENGTH + 1)}` })).toBe("token_too_large");
    expect(extract({ authorization: `Bearer ${"?".repeat(MAX_TOKEN_LENGTH + 1)}` })).toBe("token_too_large");
  });

  it("is missing without the field", () => {
    expect(extract({})).toBe("token_missing");
  });
});

describe("places that are not configured", () => {
  it.each([
    ["a header", { "x-token": "abc" }],
    ["a cookie", { cookie: "session=abc" }],
    ["Proxy-Authorization", { "proxy-authorization": "Bearer abc" }],
    ["X-Forwarded-Authorization", { "x-forwarded-authorization": "Bearer abc" }],
  ])("%s is not looked at", (_what, headers: Record<string, string>) => {
    expect(extract(headers)).toBe("token_missing");
  });

  it("Authorization is no source where only others are named", () => {
    expect(extract({ authorization: "Bearer abc" }, [HEADER])).toBe("token_missing");
  });

  it("a malformed Authorization is refused even where it is no source", () => {
    expect(extract({ authorization: "Bearer", "x-token": "abc" }, [HEADER])).toBe("credentials_malformed");
  });
});

describe("a named header", () => {
  it.each([
    ["one token", "abc", "abc from header"],
    ["two, joined", "abc, def", "credentials_repeated"],
    ["two equal ones, joined", "abc, abc", "credentials_repeated"],
    ["a trailing comma", "abc,", "credentials_repeated"],
    ["nothing", "", "token_missing"],
    ["nothing but blanks", "  ", "token_missing"],
  ])("with %s", (_what, value, expected) => {
    expect(extract({ "x-token": value }, [HEADER])).toBe(expected);
  });
});

describe("a cookie", () => {
  it.each([
    ["alone", "session=abc", "abc from cookie"],
    ["among others", "a=1; session=abc; b=2", "abc from cookie"],
    ["without blanks around", "a=1;session=abc;b=2", "abc from cookie"],
    ["with blanks around its parts", "a=1;  session = abc ;b", "abc from cookie"],
    ["with an equals sign in the value", "session=abc=", "abc= from cookie"],
    ["twice", "session=abc; session=def", "credentials_repeated"],
    ["twice with the same value", "session=abc; session=abc", "credentials_repeated"],
    ["twice, one of them empty", "session=; session=abc", "abc from cookie"],
    ["in a second field, which arrives behind a comma", "a=1, session=abc", "abc from cookie"],
    ["in each of two fields", "session=abc, session=abc", "credentials_repeated"],
    ["empty", "session=", "token_missing"],
    ["without value", "session", "token_missing"],
    ["without value, named like ours and one more character", "sessions", "token_missing"],
    ["of another case", "Session=abc", "token_missing"],
    ["of a name that ends alike", "xsession=abc", "token_missing"],
    ["of a name that starts alike", "session2=abc", "token_missing"],
    ["whose name is in another's value", "a=session=abc", "token_missing"],
    ["without a name", "=abc", "token_missing"],
  ])("%s", (_what, cookie, expected) => {
    expect(extract({ cookie }, [COOKIE])).toBe(expected);
  });
});

describe("more than one credential", () => {
  const all = [AUTHORIZATION, HEADER, COOKIE];

  it.each([
    ["Authorization and header", { authorization: "Bearer abc", "x-token": "abc" }, all],
    ["Authorization and cookie", { authorization: "Bearer abc", cookie: "session=abc" }, all],
    ["header and cookie", { "x-token": "abc", cookie: "session=abc" }, all],
    ["an Authorization that is no source, and a header", { authorization: "Bearer abc", "x-token": "abc" }, [HEADER]],
    ["an Authorization that is no source, and a cookie", { authorization: "Bearer x", cookie: "session=x" }, [COOKIE]],
  ] as [string, Record<string, string>, TokenSource[]][])("is refused: %s", (_what, headers, sources) => {
    expect(extract(headers, sources)).toBe("credentials_repeated");
  });

  it.each([
    [{ authorization: "Bearer abc" }, "abc from authorization"],
    [{ "x-token": "abc" }, "abc from header"],
    [{ cookie: "session=abc" }, "abc from cookie"],
  ] as [Record<string, string>, string][])("is not what one of several sources is: %j", (headers, expected) => {
    expect(extract(headers, all)).toBe(expected);
    expect(extract(headers, [...all].reverse())).toBe(expected);
  });
});
