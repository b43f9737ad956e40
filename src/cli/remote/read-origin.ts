import { UsageError } from "../failures.ts";

/**
 * The URL of a server of which nothing but the origin counts. What else stands in it was meant for something, so it is not cut off.
 *
 * @param whose what it is, for messages: `The guard's`
 * @param example a right one
 * @throws UsageError that never repeats the URL: there may be a password in it
 */
export function readOrigin(text: string, whose: string, example: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${whose} URL is no URL. Write one such as ${example}.`);
  }
  const extra =
    url.username !== "" || url.password !== ""
      ? "credentials, and those go into no argument"
      : url.pathname !== "/"
        ? "a path"
        : /[?#]/.test(text)
          ? "a query or a fragment"
          : undefined;
  if (extra !== undefined) {
    throw new UsageError(`${whose} URL has ${extra}. Write scheme, host and port only, such as ${example}.`);
  }
  return url;
}
