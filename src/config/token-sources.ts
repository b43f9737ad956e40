import { sameSource, type TokenSource } from "../model/token-source.ts";
import type { issuerSchema } from "./config-schema.ts";
import type { SettingPath } from "./fault.ts";
import type { FaultList } from "./fault-list.ts";
import type { OutputOf } from "./form.ts";

type ConfiguredSources = OutputOf<typeof issuerSchema>["tokenSources"];

/** Reads a list of token sources and reports one that stands there twice: each request would seem to repeat its token. */
export function decodeTokenSources(
  configured: ConfiguredSources,
  path: SettingPath,
  list: FaultList,
): readonly TokenSource[] {
  const sources = configured.map(toTokenSource);
  const distinct = distinctSources(sources);
  if (distinct.length !== sources.length) list.add(path, "sourceTwice");
  return distinct;
}

export function distinctSources(sources: readonly TokenSource[]): readonly TokenSource[] {
  return sources.filter((source, index) => !isAmong(sources.slice(0, index), source));
}

export function isAmong(sources: readonly TokenSource[], source: TokenSource): boolean {
  return sources.some((other) => sameSource(other, source));
}

function toTokenSource(source: ConfiguredSources[number]): TokenSource {
  if (source === "authorization") return { kind: "authorization" };
  return "header" in source
    ? { kind: "header", name: source.header.toLowerCase() }
    : { kind: "cookie", name: source.cookie };
}
