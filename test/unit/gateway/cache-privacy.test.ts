import { expect, it } from "vitest";
import { keepPrivate } from "../../../src/gateway/cache-privacy.ts";

it.each([
  [null, "private"],
  ["", "private"],
  ["public", "private"],
  ["public, max-age=60", "private, max-age=60"],
  ["max-age=60,PUBLIC ,S-MaxAge=600", "private, max-age=60"],
  ["s-maxage=600, must-revalidate", "private, must-revalidate"],
  ["no-cache", "private, no-cache"],
  ['private="set-cookie", max-age=60', "private, max-age=60"],
  ["private", "private"],
  ["Private, max-age=60", "private, max-age=60"],
  ["public, private", "private"],
  ['private="a, b", max-age=60', "private, max-age=60"],
  ["no-store", "private, no-store"],
  ["max-age=0, No-Store", "private, max-age=0, No-Store"],
  ["no-store, must-understand, max-age=60", "private, no-store, must-understand, max-age=60"],
  ["immutable, max-age=60, , stale-while-revalidate=5", "private, immutable, max-age=60, stale-while-revalidate=5"],
  ["max-age=3600, stale-if-error=86400", "private, max-age=3600, stale-if-error=86400"],
  ["stale-while-revalidate=30, no-transform", "private, stale-while-revalidate=30, no-transform"],
  ["x-max-age=60, x-no-store, x-immutable", "private"],
  ["max-age=60x, no-storex, immutable=1", "private"],
  ["max-age=, max-age=x, stale-if-error=, stale-if-error=x", "private"],
  ["stale-while-revalidate=5x, x-stale-if-error=5", "private"],
])("a Cache-Control of %j becomes %j", (before, after) => {
  const headers = new Headers(before === null ? {} : { "cache-control": before });
  keepPrivate(headers);
  expect(headers.get("cache-control")).toBe(after);
});

it.each(["CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control"])(
  "%s goes, whatever Cache-Control says",
  (name) => {
    for (const cacheControl of ["public", "private", "no-store"]) {
      const headers = new Headers({ [name]: "max-age=600", "cache-control": cacheControl, etag: '"a"' });
      keepPrivate(headers);
      expect(headers.has(name)).toBe(false);
      expect(headers.get("etag")).toBe('"a"');
    }
  },
);

it("Expires stays, for the client's own cache", () => {
  const headers = new Headers({ expires: "Sun, 22 Nov 2026 10:00:00 GMT" });
  keepPrivate(headers);
  expect(headers.get("expires")).toBe("Sun, 22 Nov 2026 10:00:00 GMT");
});
