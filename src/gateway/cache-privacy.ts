/** Cache instructions that speak to shared caches only. */
const SHARED_CACHE_FIELDS = ["cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control"];

/** Directives that mean the same, or less, to a private cache (RFC 9111 §5.2.2, RFC 5861, RFC 8246). */
const KEPT =
  /^(?:max-age=\d+|no-cache|no-store|no-transform|must-revalidate|must-understand|immutable|stale-(?:while-revalidate|if-error)=\d+)$/i;

/**
 * Makes sure that no shared cache stores the answer to an authenticated request (RFC 9111 §3.5). The origin no longer sees the
 * token, so it may take the request for an anonymous one; and tokens in cookies are no reason for a cache to keep away.
 */
export function keepPrivate(headers: Headers): void {
  for (const name of SHARED_CACHE_FIELDS) headers.delete(name);
  const directives = (headers.get("cache-control") ?? "").split(",").map((directive) => directive.trim());
  headers.set("cache-control", ["private", ...directives.filter((directive) => KEPT.test(directive))].join(", "));
}
