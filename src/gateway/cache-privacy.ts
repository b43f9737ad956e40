/** Cache instructions that speak to shared caches only. */
const SHARED_CACHE_FIELDS = ["cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control", "expires"];

/**
 * Makes sure that no shared cache stores the answer to an authenticated request (RFC 9111 §3.5). The origin no longer sees the
 * token, so it may take the request for an anonymous one; and tokens in cookies are no reason for a cache to keep away.
 */
export function keepPrivate(headers: Headers): void {
  const directives = (headers.get("cache-control") ?? "").split(",").map((directive) => directive.trim());
  const names = directives.map((directive) => directive.toLowerCase());
  for (const name of SHARED_CACHE_FIELDS) headers.delete(name);
  if (names.includes("no-store") || names.includes("private")) return;
  const kept = directives.filter(
    (directive) => directive !== "" && !/^(?:public|s-maxage=.*|private=.*)$/i.test(directive),
  );
  headers.set("cache-control", ["private", ...kept].join(", "));
}
