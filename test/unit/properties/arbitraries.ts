import fc from "fast-check";

/** Text of any characters, halves of pairs and controls included, now and then with something that means something. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("", "GET", "TRACE", "Bearer ", "a.b.c", "\ud800", "__proto__", "absent", "localhost", "[::1]:8787"),
);

/** Any JSON, with members that objects have by themselves. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(
    fc.oneof(
      fc.constantFrom("__proto__", "constructor", "toString", "iss", "aud", "exp", "iat", "nbf", "sub", "jti", "scope"),
      fc.string(),
    ),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(1e308, -1, 2 ** 53, 0.5, "https://issuer.example")),
  ),
);

/** The text of some JSON, sometimes with an accident. */
export const anyJsonText: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(anyJson, anyRecord()), fc.nat(), fc.boolean())
  .map(([value, at, broken]) => {
    const text = JSON.stringify(value) ?? "";
    return broken ? text.slice(0, at % (text.length + 1)) : text;
  });

function anyRecord(): fc.Arbitrary<unknown> {
  const time = fc.oneof(fc.nat(), fc.constantFrom(-1, 0.5, 1_800_000_000, 1e308, "5", null));
  return fc.record(
    {
      format: fc.constantFrom(1, 1, 1, 2, "1"),
      revoked: fc.constantFrom(true, true, false, "true"),
      issuedBefore: time,
      minimumTokenVersion: time,
      until: time,
    },
    { requiredKeys: ["format"] },
  );
}

/** A request's path, mostly one that a URL parser makes. */
export const anyPath: fc.Arbitrary<string> = fc.oneof(
  anyText,
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "open",
          "maybe",
          "a",
          "A",
          "",
          ".",
          "..",
          "%2e%2e",
          "%2f",
          "%252f",
          "..;",
          "%00",
          "é",
          "%c0%af",
          "_jotgate",
        ),
        fc.webSegment(),
      ),
      { maxLength: 5 },
    )
    .map((segments) => `/${segments.join("/")}`),
);

/** Header fields as names and values; `token` is one that is good. */
export function anyFields(token: () => string): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const value = fc.oneof(
    anyText,
    fc.constant(null).map(() => `Bearer ${token()}`),
    fc.constant(null).map(() => `a=b; session=${token()}`),
    fc
      .tuple(fc.nat(), anyText)
      .map(([at, text]) => `Bearer ${token().slice(0, at % 300)}${text}${token().slice(at % 300)}`),
    fc.constantFrom(
      "Bearer",
      "bearer a",
      "Basic YTpi",
      "websocket",
      "https://guard.example",
      "PUT",
      "close, cookie",
      "same-origin",
    ),
  );
  const name = fc.oneof(
    fc.constantFrom(
      "authorization",
      "authorization",
      "x-token",
      "cookie",
      "origin",
      "upgrade",
      "access-control-request-method",
    ),
    fc.constantFrom(
      "connection",
      "sec-fetch-site",
      "x-jotgate-subject",
      "content-length",
      "cf-ray",
      "x-http-method-override",
    ),
    fc.stringMatching(/^[A-Za-z-]{1,8}$/),
  );
  return fc.array(fc.tuple(name, value), { maxLength: 5 });
}
