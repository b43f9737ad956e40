/**
 * What the decision may know of a request: no body, no platform object. Everything in it was written by the client.
 */
export interface AccessRequest {
  /** Upper-case method, as sent. */
  readonly method: string;
  readonly scheme: "http" | "https";
  /** Authority of the request URL: host name, and port if it is not the scheme's own. */
  readonly host: string;
  /** Path of the request URL, percent-encoding untouched, without query. */
  readonly path: string;
  /** Value of a header field by case-insensitive name, repeated fields joined by `", "`; null when absent. */
  header(name: string): string | null;
}
