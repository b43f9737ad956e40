import type { TokenSource } from "../model/token-source.ts";

/** Puts a token where a client would, beside the headers that are there. */
export function placeToken(headers: Map<string, string>, token: string, source: TokenSource): void {
  switch (source.kind) {
    case "authorization":
      headers.set("authorization", `Bearer ${token}`);
      return;
    case "header":
      headers.set(source.name, token);
      return;
    case "cookie": {
      const others = headers.get("cookie");
      headers.set("cookie", `${others === undefined ? "" : `${others}; `}${source.name}=${token}`);
    }
  }
}

/** Reads `authorization`, `header:X-Token` or `cookie:session`; undefined for anything else. */
export function parseTokenSource(text: string): TokenSource | undefined {
  if (text === "authorization") return { kind: "authorization" };
  const [, kind, name] = /^(header|cookie):([\w!#$%&'*+.^`|~-]+)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return kind === "header" ? { kind: "header", name: name.toLowerCase() } : { kind: "cookie", name };
}

/** In words, for people. */
export function nameSource(source: TokenSource): string {
  return source.kind === "authorization" ? "Authorization" : `${source.kind} ${source.name}`;
}
