/** What an attack may cite: standards, drafts, advisories and test suites that anybody can look up. */
const PUBLISHED = [
  /^RFC \d{3,4}( §[\dA-Z]+(\.\d+)*( step \d+)?)?$/,
  /^draft-ietf-oauth-rfc8725bis( §\d+(\.\d+)*)?$/,
  /^draft-ietf-[a-z0-9-]+$/,
  /^CVE-\d{4}-\d{4,7}$/,
  /^CWE-\d+$/,
  /^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/,
  /^OpenID Connect (Core|Back-Channel Logout) §\d+(\.\d+)*$/,
  /^(WHATWG Fetch|WHATWG URL|ECMA-262|Wycheproof|OWASP JWT Cheat Sheet|FIPS 186-5)$/,
];

/** True for a reference in one of the spellings above. */
export function isPublished(reference: string): boolean {
  return PUBLISHED.some((spelling) => spelling.test(reference));
}
