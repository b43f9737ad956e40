import { toBase64url } from "../../../src/platform/base64url.ts";
import type { TestIssuer } from "../../support/test-issuer.ts";
import { signSegments } from "./sign-segments.ts";

/** A JSON object as its members are written: names may repeat, and values are JSON text, which need not be one that JSON.stringify makes. */
export type Members = readonly (readonly [name: string, json: string])[];

/** A token before it is signed. */
export interface Draft {
  readonly header: Members;
  readonly claims: Members;
  /** Ways to write the two, from JSON text to octets. */
  readonly writeHeader: (json: string) => Uint8Array;
  readonly writeClaims: (json: string) => Uint8Array;
  /** What is done to header and payload segments before they are signed. */
  readonly respell: (segment: string) => string;
  /** What happens to the token on its way, when the signature is made. */
  readonly tamper: (token: string) => string;
}

/** A draft that every verifier accepts, at `now` and under `issuer`'s key. */
export function soundDraft({ algorithm, issuer, keyId }: TestIssuer, now: number): Draft {
  return {
    header: membersOf({ alg: algorithm, kid: keyId, typ: "at+jwt" }),
    claims: membersOf({
      iss: issuer,
      aud: "https://api.example",
      sub: "alice",
      client_id: "app",
      jti: "id-1",
      iat: now - 10,
      exp: now + 300,
    }),
    writeHeader: encode,
    writeClaims: encode,
    respell: (segment) => segment,
    tamper: (token) => token,
  };
}

/** The token that a draft describes, with a signature of `signer` over what header and payload finally are. */
export async function signDraft(draft: Draft, signer: TestIssuer): Promise<string> {
  const header = draft.respell(toBase64url(draft.writeHeader(jsonOf(draft.header))));
  const payload = draft.respell(toBase64url(draft.writeClaims(jsonOf(draft.claims))));
  return draft.tamper(await signSegments(signer, header, payload));
}

/** Sets a member, or takes it away when there is no text for it. */
export function withMember(members: Members, name: string, json: string | undefined): Members {
  const others = members.filter(([other]) => other !== name);
  return json === undefined ? others : [...others, [name, json]];
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function membersOf(object: Readonly<Record<string, unknown>>): Members {
  return Object.entries(object).map(([name, value]) => [name, JSON.stringify(value)]);
}

function jsonOf(members: Members): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}
