import { isDeepStrictEqual } from "node:util";
import { authorize } from "../../../src/authorize/authorize.ts";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import type { Decision } from "../../../src/model/decision.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { keysOf, NOTHING_REVOKED, requestOf, settingsOf } from "./guard.ts";
import { AUDIENCE, ISSUERS, NOW, SIGNERS, TRUSTED } from "./trusted.ts";

/** Claims that the origin is told of, and so all that count of a token beside what is checked of every one. */
const ASKED_FOR = ["iss", "aud", "sub", "jti", "iat", "exp", "nbf", "ver", "sid", "scope", "azp", "client_id", "user"];
const told = ASKED_FOR.map((claim) => ({ claim: [claim], header: `X-Claim-${claim.replace("_", "-")}` }));
const settings = settingsOf(ISSUERS, [{ path: "/*", access: "bearer" }], { identityHeaders: { claims: told } });
const keys = await keysOf(settings);
/** Goes on from input to input, as it does in an isolate. */
const memory = new TokenMemory();

const HEADER = '{"alg":"ES256","kid":"es-1","typ":"at+jwt"}';
const CLAIMS = claimsWith(NOW, NOW + 300);

/**
 * What to sign and how to present it: a signer's name, header, payload, changes of the finished token (`position=text`), and
 * where it stands. Signatures are made anew each time, so an input says the same whatever the keys are.
 */
export const tokens: Target = {
  name: "tokens",
  about: "signed, forged and damaged tokens through authorize(), held against node:crypto",
  seeds: [
    `es\n${HEADER}\n{"iss":"https://es.example",${CLAIMS}}`,
    `rs\n{"alg":"RS256","kid":"rs-1","typ":"at+jwt"}\n{"iss":"https://rs.example",${CLAIMS}}`,
    `ps\n{"alg":"PS256","kid":"ps-1","typ":"at+jwt"}\n{"iss":"https://rs.example",${CLAIMS}}`,
    `ed\n{"alg":"EdDSA"}\n{"iss":"https://ed.example","user":{"id":"alice"},${CLAIMS}}\n\ncookie`,
    `hs\n{"alg":"HS256"}\n{"iss":"https://hs.example","client_id":"app",${CLAIMS}}\n\nheader`,
    `stranger\n${HEADER}\n{"iss":"https://es.example",${CLAIMS}}`,
    // Names and times at which somebody else would decide otherwise.
    `rs\n{"alg":"PS256","typ":"at+jwt"}\n{"iss":"https://rs.example",${CLAIMS}}`,
    `rs\n{"alg":"RS256","kid":"ps-1","typ":"at+jwt"}\n{"iss":"https://rs.example",${CLAIMS}}`,
    `es\n${HEADER}\n{"iss":"https://ed.example",${CLAIMS}}`,
    `hs\n{"alg":"HS256"}\n{"iss":"https://rs.example",${CLAIMS}}`,
    ...[-60, -59, 86_400, 86_401].map(
      (end) => `es\n${HEADER}\n{"iss":"https://es.example",${claimsWith(NOW, NOW + end)}}`,
    ),
    ...[60, 61, -601].map(
      (begin) => `es\n${HEADER}\n{"iss":"https://es.example",${claimsWith(NOW + begin, NOW + 300)}}`,
    ),
    `es\n${HEADER}\n{"iss":"https://es.example",${CLAIMS}}\n-1=A -86=AAAA`,
    `es\n${HEADER}\n{"iss":"https://es.example","ver":3,"scope":"a b","nbf":${NOW},"sid":"s","azp":"x",${CLAIMS}}\n5=x`,
  ],
  words: [
    ...["es", "rs", "ps", "ed", "hs", "stranger", "none", "cookie", "header", "authorization", "-1=A", "0=a", "40=."],
    ...[
      "alg",
      "kid",
      "typ",
      "crit",
      "b64",
      "jwk",
      "jku",
      "x5c",
      "zip",
      "at+jwt",
      "JWT",
      "application/at+jwt",
      "logout+jwt",
    ],
    ...[
      "ES256",
      "RS256",
      "PS256",
      "EdDSA",
      "HS256",
      "none",
      "None",
      "es-1",
      "rs-1",
      "ps-1",
      "ed-1",
      "hs-1",
      "app",
      "other",
    ],
    ...[
      "iss",
      "aud",
      "sub",
      "jti",
      "iat",
      "exp",
      "nbf",
      "ver",
      "sid",
      "scope",
      "azp",
      "client_id",
      "cnf",
      "user",
      "id",
    ],
    ...[
      "https://es.example",
      "https://rs.example",
      "https://ed.example",
      "https://hs.example",
      "https://es.example/",
      AUDIENCE,
    ],
  ],
  work: { base: 3_000, perCharacter: 30 },

  async run(input) {
    const [name = "", header = "", payload = "", changes = "", place = ""] = input.split("\n", 5);
    const unchanged = `${encode(header)}.${encode(payload)}`;
    const token = applyChanges(`${unchanged}.${SIGNERS[name]?.sign(unchanged) ?? ""}`, changes);
    const field = place === "cookie" ? "cookie" : place === "header" ? "x-token" : "authorization";
    const value = { cookie: `session=${token}`, "x-token": token, authorization: `Bearer ${token}` }[field];
    const decide = (remembering: TokenMemory, now = NOW) =>
      authorize(requestOf("GET", "/", [[field, value]]), settings.rules, keys, NOTHING_REVOKED, remembering, now);

    const decision = await decide(new TokenMemory());
    demand(isDeepStrictEqual(bare(await decide(memory)), bare(decision)), "What is remembered changes the decision.");
    demand(isDeepStrictEqual(bare(await decide(memory)), bare(decision)), "The second time it is decided differently.");
    for (const later of [NOW + 45, NOW + 90_000]) {
      const forgetful = await decide(new TokenMemory(), later);
      demand(
        isDeepStrictEqual(bare(await decide(memory, later)), bare(forgetful)),
        "Later, what is remembered counts.",
      );
    }
    const genuine = signedClaims(token);
    if (decision.outcome === "allow") {
      demand(decision.as === "bearer", "Nobody is let through without a token.");
      demand(genuine !== undefined, "A token is accepted that no trusted key signed.");
      const asSigned = Object.fromEntries(ASKED_FOR.map((name) => [name, ownMember(genuine, name)]));
      demand(isDeepStrictEqual(decision.token.claims, asSigned), "Other claims count than those that were signed.");
      demandAcceptable(genuine);
    } else if (JUDGED_AFTER_THE_SIGNATURE.has(decision.refusal.reason) && !isAboutIssuer(decision)) {
      demand(genuine !== undefined, "The claims of a token counted that no trusted key signed.");
    } else if (decision.refusal.reason === "signature_invalid") {
      demand(genuine === undefined, "A good signature is refused.");
    }
    if (decision.outcome === "allow") return `allow ${name}`;
    const { refusal } = decision;
    return `${refusal.reason} ${"claim" in refusal ? refusal.claim : ""}`;
  },
};

const JUDGED_AFTER_THE_SIGNATURE: ReadonlySet<string> = new Set(
  "claim_missing claim_invalid audience_mismatch token_expired token_not_yet_valid token_too_old lifetime_too_long".split(
    " ",
  ),
);

function isAboutIssuer(decision: Decision): boolean {
  return decision.outcome !== "allow" && "claim" in decision.refusal && decision.refusal.claim === "iss";
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function applyChanges(token: string, changes: string): string {
  let changed = token;
  for (const [, position, text = ""] of changes.matchAll(/(-?\d{1,5})=([^ ]*)/g)) {
    const at = Number(position) < 0 ? changed.length + Number(position) : Number(position);
    changed = changed.slice(0, Math.max(0, at)) + text + changed.slice(Math.max(0, at) + text.length);
  }
  return changed;
}

/** The claims if a key that its issuer has signed them, by node:crypto's word. */
function signedClaims(token: string): Record<string, unknown> | undefined {
  const [header = "", payload = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0) return undefined;
  try {
    const { alg, kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as Record<string, unknown>;
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const signer = TRUSTED.find(
      ({ issuer, algorithm, keyId }) =>
        issuer === claims["iss"] && algorithm === alg && (kid === undefined || kid === keyId || algorithm === "HS256"),
    );
    return signer?.verify(`${header}.${payload}`, signature) ? claims : undefined;
  } catch {
    return undefined;
  }
}

function ownMember(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** What every accepted token has, whatever its issuer. */
function demandAcceptable(claims: Record<string, unknown>): void {
  const { iss, aud, iat, exp, nbf, user, sub, cnf, jti } = claims;
  const [issued, expires] = [Number(iat), Number(exp)];
  demand(typeof iat === "number" && typeof exp === "number", "Times are no numbers.");
  demand(NOW < expires + 60 && NOW >= issued - 60 && expires - issued <= 86_400, "The times do not fit.");
  demand(nbf === undefined || (typeof nbf === "number" && NOW >= nbf - 60), "It is not valid yet.");
  demand(cnf === undefined, "It is bound to a key.");
  if (iss !== "https://ed.example") {
    const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
    const ours = iss === "https://rs.example" ? [AUDIENCE, "other"] : [AUDIENCE];
    demand(
      audiences.some((each) => ours.some((our) => our === each)),
      "It is for somebody else.",
    );
    demand(typeof jti === "string" && jti !== "", "It has no id.");
  }
  const subject = iss === "https://ed.example" ? (user as { id?: unknown }).id : sub;
  demand(typeof subject === "string" && subject !== "", "It has no subject.");
}

/** A decision without what depends on when it was made. */
function bare(decision: Decision): unknown {
  return decision.outcome === "allow" && decision.as === "bearer" ? decision.token : decision;
}

function claimsWith(issued: number, expires: number): string {
  return `"aud":"${AUDIENCE}","sub":"alice","jti":"t","iat":${issued},"exp":${expires}`;
}
