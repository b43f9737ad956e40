import { describe, expect, it } from "vitest";
import { readCanonicalPath } from "../../../src/model/canonical-path.ts";

describe("a path that only one reading fits", () => {
  it.each([
    ["/", "/", [""]],
    ["/a", "/a", ["a"]],
    ["/a/b", "/a/b", ["a", "b"]],
    ["/a/b/", "/a/b/", ["a", "b", ""]],
    ["/a.b/...c/d..", "/a.b/...c/d..", ["a.b", "...c", "d.."]],
    ["/...", "/...", ["..."]],
    ["/a-b_c~d!$&'()*+,=:@", "/a-b_c~d!$&'()*+,=:@", ["a-b_c~d!$&'()*+,=:@"]],
    ["/a%20b", "/a%20b", ["a b"]],
    ["/caf%C3%A9", "/caf%C3%A9", ["café"]],
    ["/%F0%9F%94%91", "/%F0%9F%94%91", ["🔑"]],
    ["/100%25", "/100%25", ["100%"]],
    ["/100%25zz", "/100%25zz", ["100%zz"]],
    ["/100%25a", "/100%25a", ["100%a"]],
    ["/100%25az", "/100%25az", ["100%az"]],
    ["/a%3Fb%23c", "/a%3Fb%23c", ["a?b#c"]],
  ])("reads %s", (path, text, segments) => {
    expect(readCanonicalPath(path)).toEqual({ text, segments });
  });

  it.each([
    ["decodes unreserved letters", "/%61%64min", "/admin"],
    ["decodes unreserved digits", "/v%31", "/v1"],
    ["decodes hyphen, dot, underscore and tilde inside a segment", "/a%2D%2E%5F%7Eb", "/a-._~b"],
    ["keeps reserved characters encoded", "/a%3a%40b", "/a%3A%40b"],
    ["writes hex digits in upper case", "/caf%c3%a9", "/caf%C3%A9"],
    ["leaves the case of letters alone", "/Admin", "/Admin"],
  ])("%s", (_what, path, text) => {
    expect(readCanonicalPath(path)?.text).toBe(text);
  });

  it("gives two spellings of one path the same segments", () => {
    expect(readCanonicalPath("/%61dmin/%7e")?.segments).toEqual(readCanonicalPath("/admin/~")?.segments);
  });
});

describe("a path that an origin may read differently is refused", () => {
  it.each([
    ["no leading slash", "a"],
    ["nothing at all", ""],
    ["the asterisk form", "*"],
    ["an absolute URL", "https://evil.example/"],
    ["an empty first segment", "//"],
    ["an authority in front", "//evil.example/admin"],
    ["an empty segment in the middle", "/a//b"],
    ["two trailing slashes", "/a//"],
    ["an encoded slash", "/a%2Fb"],
    ["an encoded slash in lower case", "/a%2fb"],
    ["an encoded slash at the end", "/admin%2F"],
    ["a twice encoded slash", "/a%252Fb"],
    ["a thrice encoded slash", "/a%25252Fb"],
    ["a backslash", "/a\\b"],
    ["an encoded backslash", "/a%5Cb"],
    ["an encoded backslash in lower case", "/a%5cb"],
    ["a twice encoded backslash", "/a%255Cb"],
    ["a twice encoded letter", "/%2561dmin"],
    ["an encoding whose percent sign is encoded and whose hex digits are", "/%25%36%31dmin"],
    ["a path parameter", "/admin;v=1"],
    ["a path parameter at the end", "/admin;"],
    ["an encoded semicolon", "/admin%3Bv"],
    ["a twice encoded semicolon", "/admin%253Bv"],
    ["a dot segment", "/./admin"],
    ["a dot segment at the end", "/admin/."],
    ["a double-dot segment", "/public/../admin"],
    ["an encoded dot segment", "/%2e/admin"],
    ["an encoded double-dot segment", "/public/%2e%2E/admin"],
    ["a half encoded double-dot segment", "/public/.%2e/admin"],
    ["a twice encoded double-dot segment", "/public/%252e%252e/admin"],
    ["double dots behind an encoded slash", "/public/..%2fadmin"],
    ["double dots with a path parameter", "/public/..;/admin"],
    ["an encoded NUL", "/admin%00"],
    ["an encoded line feed", "/admin%0A"],
    ["an encoded carriage return", "/admin%0d"],
    ["an encoded tab", "/admin%09"],
    ["an encoded unit separator", "/admin%1F"],
    ["an encoded DEL", "/admin%7F"],
    ["an encoded C1 control character", "/admin%C2%85"],
    ["a raw NUL", "/admin\0"],
    ["a raw tab", "/admin\t"],
    ["a raw blank", "/admin "],
    ["a raw letter beyond ASCII", "/café"],
    ["a lone percent sign", "/a%"],
    ["a percent sign with one hex digit", "/a%4"],
    ["a percent sign with letters that are not hex", "/a%zz"],
    ["a percent sign with one letter that is not hex", "/a%4g"],
    ["a %u escape", "/%u0061dmin"],
    ["an octet that starts nothing in UTF-8", "/%FF"],
    ["a lone continuation octet", "/%80"],
    ["a cut-off UTF-8 sequence", "/%C3"],
    ["an overlong dot", "/%C0%AE%C0%AE/admin"],
    ["an overlong slash", "/a%C0%AFb"],
    ["an overlong slash in three octets", "/a%E0%80%AFb"],
    ["half of a surrogate pair in UTF-8", "/%ED%A0%80"],
    ["a code point beyond Unicode", "/%F4%90%80%80"],
  ])("%s", (_what, path) => {
    expect(readCanonicalPath(path)).toBeUndefined();
  });

  it.each([
    ["the last control character", "/a%1F", false],
    ["the blank after it", "/a%20", true],
    ["the tilde", "/a%7E", true],
    ["DEL after it", "/a%7F", false],
    ["the last C1 control character", "/a%C2%9F", false],
    ["the no-break space after it", "/a%C2%A0", true],
  ])("knows control characters from their neighbours: %s", (_what, path, read) => {
    expect(readCanonicalPath(path) !== undefined).toBe(read);
  });

  it("reads its own text again as the same path", () => {
    for (const path of ["/%61/b%20c", "/caf%c3%a9/%7E", "/a/b/", "/100%25"]) {
      const once = readCanonicalPath(path);
      expect(readCanonicalPath(once?.text ?? "")).toEqual(once);
    }
  });
});
