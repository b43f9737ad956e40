import { toBase64url as encodeText } from "../../support/test-issuer.ts";
import { OURS, signerFor } from "./signers.ts";
import { type GuardSetting, NOW, type RequestFacts } from "./situation.ts";

/** Tokens that were signed already. */
const written = new Map<string, Promise<string>>();

/** The token that the facts are about, with a real signature where they say so. */
export function writeToken(request: RequestFacts, guard: GuardSetting): Promise<string> {
  const header = JSON.stringify(headerOf(request, guard));
  const payload = request.form === "no JSON" ? "{" : JSON.stringify(claimsOf(request, guard));
  const key = [header, payload, request.signature, request.form, guard.algorithm].join("\n");
  const known = written.get(key);
  if (known !== undefined) return known;
  const token = sign(header, payload, request, guard);
  if (written.size < 20_000) written.set(key, token);
  return token;
}

async function sign(
  header: string,
  payload: string,
  { form, signature }: RequestFacts,
  guard: GuardSetting,
): Promise<string> {
  const input = `${encodeText(header)}.${encodeText(payload)}`;
  const signer = signerFor(guard.algorithm);
  const bytes = await (signature === "of another key" ? signer.signAsAnother(input) : signer.sign(input));
  if (signature === "damaged") bytes[0] = (bytes[0] ?? 0) ^ 1;
  if (signature === "all zero") bytes.fill(0);
  const token = `${input}.${encode(bytes)}`;
  if (form === "two segments") return input;
  if (form === "five segments") return `${token}.AA.AA`;
  return form === "padded" ? `${token}=` : token;
}

function headerOf({ form, alg, kid, type }: RequestFacts, { algorithm }: GuardSetting): object {
  return present({
    alg: form === "alg a number" ? 256 : alg === "right" ? algorithm : alg,
    typ: type === "absent" ? undefined : type,
    kid: form === "kid too long" ? "k".repeat(513) : { right: "key-1", absent: undefined, unknown: "key-9" }[kid],
    crit: form === "crit" ? ["exp"] : undefined,
    b64: form === "b64 false" ? false : undefined,
  });
}

function claimsOf(request: RequestFacts, { subjectClaim }: GuardSetting): object {
  const subject = textOr(request.subject, "alice");
  const issuers = {
    ours: OURS,
    other: "https://other.example",
    stranger: `${OURS}/`,
    missing: undefined,
    "a number": 5,
  };
  const audiences = {
    ours: "ours",
    "list with ours": ["other", "ours"],
    other: "other",
    "list without ours": ["other", "our"],
    "list with a number": ["ours", 5],
    "a number": 5,
    missing: undefined,
  };
  const scopes = {
    "a b": "a b",
    a: "a",
    absent: undefined,
    empty: "",
    "list a b": ["a", "b"],
    "list c": ["c"],
    "list with a blank": ["a b"],
    "a number": 5,
    "half a character": "a \ud800",
  };
  return present({
    iss: issuers[request.issuer],
    iat: timeOf(request.issued),
    exp: timeOf(request.expires),
    nbf: request.notBefore === "absent" ? undefined : timeOf(request.notBefore),
    aud: audiences[request.aud],
    azp: { absent: undefined, app: "app", another: "another", "a number": 5 }[request.azp],
    client_id: { absent: undefined, app: "app", another: "another", empty: "" }[request.clientId],
    tenant: { x: "x", y: "y", z: "z", absent: undefined, null: null }[request.tenant],
    roles: { admin: ["user", "admin"], user: ["user"], "a text": "admin", absent: undefined }[request.roles],
    cnf: request.confirmation === "present" ? { jkt: "x" } : undefined,
    ...(subjectClaim === "sub" ? { sub: subject } : { user: present({ id: subject }) }),
    jti: textOr(request.tokenId, "token-1"),
    sid: textOr(request.session, "session-1"),
    ver:
      { missing: undefined, text: "3" }[String(request.version)] ??
      (typeof request.version === "number" ? request.version : undefined),
    scope: scopes[request.scope],
  });
}

function timeOf(offset: number | "missing" | "text"): unknown {
  return offset === "missing" ? undefined : offset === "text" ? String(NOW) : NOW + offset;
}

function textOr(fact: RequestFacts["subject"] | RequestFacts["session"], good: string): unknown {
  switch (fact) {
    case "good":
      return good;
    case "missing":
      return undefined;
    case "a number":
      return 5;
    case "empty":
      return "";
    case "with a control character":
      return "a\u0085b";
    case "513 bytes":
      return "s".repeat(513);
    case "512 bytes":
      return "s".repeat(512);
  }
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function present(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
