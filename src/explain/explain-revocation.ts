import type { ClaimsSet } from "../model/claims.ts";
import { RECORD_KINDS, type RevocationLookup, type RevocationRecord } from "../model/revocation.ts";
import { identifierOf } from "./identifier-of.ts";
import type { Observation } from "./observation.ts";
import { printable } from "./printable.ts";
import type { Fact } from "./step.ts";
import { writeTime } from "./write-time.ts";

/** What the token can be revoked by, and what the records that were found say of it. */
export function explainRevocation({ revocations, decision }: Observation, claims: ClaimsSet): readonly Fact[] {
  if (revocations.from === "not_looked_at" || revocations.lookup === undefined) {
    return [{ what: "records", found: "not looked at; give them with --records FILE" }];
  }
  const { identity, lookup } = revocations.lookup;
  const found = lookup.status === "known" ? lookup.records : lookup.status === "unavailable" ? lookup.lastKnown : {};
  const facts: Fact[] = RECORD_KINDS.map((kind) => {
    const id = identifierOf(kind, identity);
    const record = found[kind];
    if (lookup.status === "record_invalid" && lookup.kind === kind) {
      return { what: `${kind} ${printable(id)}`, found: "a record that cannot be read" };
    }
    if (id === undefined) return { what: kind, found: "the token has no such claim" };
    return { what: `${kind} ${printable(id)}`, found: record === undefined ? "no record" : describe(record) };
  });
  const iat = claims["iat"];
  if (typeof iat === "number") facts.push({ what: "iat", found: writeTime(iat) });
  if (decision.outcome === "allow" && decision.as === "bearer") {
    facts.push({ what: "version", found: String(decision.token.tokenVersion) });
  }
  return revocations.from === "live" ? [...facts, explainSource(lookup)] : facts;
}

function explainSource(lookup: RevocationLookup): Fact {
  if (lookup.status === "known") return { what: lookup.source, found: `as of ${writeTime(lookup.asOf)}` };
  return {
    what: "state",
    found: lookup.status === "unavailable" ? `cannot be had (${lookup.cause})` : "cannot be read",
  };
}

function describe({ revoked, issuedBefore, minimumTokenVersion, until }: RevocationRecord): string {
  return [
    ...(revoked ? ["revoked"] : []),
    ...(issuedBefore === undefined ? [] : [`issuedBefore ${writeTime(issuedBefore)}`]),
    ...(minimumTokenVersion === undefined ? [] : [`minimumTokenVersion ${minimumTokenVersion}`]),
    ...(until === undefined ? [] : [`until ${writeTime(until)}`]),
  ].join(", ");
}
