// Takes the steps of a token's verdict for published JWSs, whose payloads are no claims sets.
import { parseToken, type UnverifiedToken } from "../../../src/authorize/parse-token.ts";
import { verifySignature } from "../../../src/authorize/verify-signature.ts";
import { PresentedToken } from "../../../src/model/token.ts";
import type { FindKey } from "./published-keys.ts";

/**
 * True when this text has the form that Jotgate demands of a token, names a key that there is and is signed with it.
 *
 * A payload that is no JSON object is refused before all else, and nearly all published ones say `foo`. So header and signature
 * are read around an empty object, and the payload is read in the place of a signature: each has to be base64url in its only
 * spelling. The signature is verified over the text as it was published.
 */
export async function holds(text: string, findKey: FindKey): Promise<boolean> {
  const [header, payload = "", ...rest] = text.split(".");
  const token = parse(`${header}.${EMPTY_OBJECT}.${rest.join(".")}`);
  if (token === undefined || parse(`${header}.${EMPTY_OBJECT}.${payload}`) === undefined) return false;
  const { algorithm, keyId } = token.header;
  const key = await findKey(algorithm, keyId);
  return key !== undefined && verifySignature(presented(text), algorithm, key);
}

/** What `parseToken` makes of a text; undefined when it refuses. */
export function parse(text: string): UnverifiedToken | undefined {
  const parsed = parseToken(presented(text));
  return parsed.ok ? parsed.value : undefined;
}

/** `{}` in base64url. */
const EMPTY_OBJECT = "e30";

function presented(text: string): PresentedToken {
  return new PresentedToken(text, { kind: "authorization" });
}
