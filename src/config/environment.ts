import type { OriginAddress } from "../model/forwarding.ts";
import { isObject } from "../model/json-values.ts";
import { isLoopback } from "../model/loopback.ts";
import { fromBase64url } from "../platform/base64url.ts";
import { utf8 } from "../platform/utf8.ts";
import type { SettingPath } from "./fault.ts";
import type { FaultList } from "./fault-list.ts";

/** Bindings, variables and secrets as the platform hands them over. */
export type Environment = Readonly<Record<string, unknown>>;

/** Reports a missing KV namespace. */
export function requireRevocations(env: Environment, list: FaultList): void {
  // Other bindings have a get, too; this is KV's alone.
  if (!hasMethod(env["REVOCATIONS"], "getWithMetadata")) {
    list.add(["REVOCATIONS"], "noRevocations");
  }
}

/** Whether a ledger is bound; reports a binding that is something else. */
export function hasLedger(env: Environment, list: FaultList): boolean {
  if (env["LEDGER"] === undefined) return false;
  if (!hasMethod(env["LEDGER"], "idFromName")) {
    list.add(["LEDGER"], "noLedger");
  }
  return true;
}

/** The secret under which record names are derived. */
export function readRevocationKey(env: Environment, list: FaultList): string {
  const key = env["REVOCATION_KEY"];
  if (isRevocationKey(key)) return key;
  list.add(["REVOCATION_KEY"], "revocationKey", key === undefined);
  return "";
}

/** What a `REVOCATION_KEY` has to be: long, and without blanks that get lost on the way. */
export function isRevocationKey(key: unknown): key is string {
  return typeof key === "string" && key.length >= 32 && key.trim() === key;
}

/** The private key that signs assertions, as JSON text; whether it is a key shows when it is imported. */
export function readAssertionKey(env: Environment, list: FaultList): string {
  const key = env["ASSERTION_KEY"];
  if (typeof key === "string" && key !== "") return key;
  list.add(["ASSERTION_KEY"], "noAssertionKey");
  return "";
}

/** Where requests go; reports addresses that are no bare origin and bindings that do not exist. */
export function readOrigin(origin: string | { binding: string }, env: Environment, list: FaultList): OriginAddress {
  if (typeof origin !== "string") {
    if (!hasMethod(env[origin.binding], "fetch")) {
      list.add(["origin"], "noService", origin.binding);
    }
    return { kind: "binding", name: origin.binding };
  }
  const url = URL.parse(origin);
  const bare = url !== null && url.pathname === "/" && url.search === "" && !/[@#]/.test(origin);
  if (!bare || (url.protocol !== "https:" && url.protocol !== "http:")) {
    list.add(["origin"], "noOrigin");
  } else if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    list.add(["origin"], "plainHttp");
  }
  return { kind: "url", url: url?.origin ?? "" };
}

/**
 * Bytes of an HMAC secret: an `oct` JWK's, or the text itself in UTF-8. At least the hash's length (RFC 7518 §3.2). A JWK that
 * says what it is for has to say this algorithm and signatures (RFC 8725 §3.1).
 */
export function readSharedSecret(
  name: string,
  algorithm: string,
  env: Environment,
  list: FaultList,
  path: SettingPath,
): Uint8Array {
  if (name === "REVOCATION_KEY" || name === "ASSERTION_KEY") {
    list.add(path, "ownSecret");
    return new Uint8Array();
  }
  const value = env[name];
  if (typeof value !== "string") {
    list.add(path, "noSecret", name);
    return new Uint8Array();
  }
  const secret = decodeSecret(value, algorithm);
  const least = Number(algorithm.slice(2)) / 8;
  if (secret.length < least) {
    list.add(path, "shortSecret", least, algorithm);
  }
  return secret;
}

/** Empty when the value is no key. */
function decodeSecret(value: string, algorithm: string): Uint8Array {
  if (!value.trimStart().startsWith("{")) return utf8.encode(value);
  try {
    const { kty, k, alg = algorithm, use = "sig" } = JSON.parse(value) as Readonly<Record<string, unknown>>;
    if (kty === "oct" && typeof k === "string" && alg === algorithm && use === "sig") {
      return fromBase64url(k);
    }
  } catch {
    // No JSON, or no base64url.
  }
  return new Uint8Array();
}

function hasMethod(value: unknown, method: string): boolean {
  return isObject(value) && typeof value[method] === "function";
}
