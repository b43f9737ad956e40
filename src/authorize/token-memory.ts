import type { VerificationKey } from "../model/key-source.ts";
import { type Limits, SeenTwice } from "../model/seen-twice.ts";
import type { VerifiedToken } from "../model/token.ts";
import type { TokenHeader, UnverifiedToken } from "./parse-token.ts";

/** What was found out about one token text. */
export type ExaminedToken = PassedToken | OtherToken;

interface Examined {
  readonly header: TokenHeader;
  readonly key: VerificationKey;
  /** Whether its signature holds under this very key. */
  readonly holds: boolean;
}

/** All of its checks passed, so most of what it says is asked for by nobody again. */
interface PassedToken extends Examined {
  /** For the same issuer object, key object and place of presentation it passes again, apart from its times. */
  readonly passed: VerifiedToken;
  readonly unverifiedClaims?: undefined;
}

/** Forged, or refused for what it says. */
interface OtherToken extends Examined, UnverifiedToken {
  readonly passed?: undefined;
}

/**
 * Ordinary tokens take some 14 MB with what is kept of them, and 22 where pointers are not compressed. Names and numbers
 * alone can take four times as much as other text, so that the worst that an issuer could sign is some 60 MB.
 */
const GENUINE: Limits = { entries: 10_000, characters: 8 * 1024 * 1024 };

/** Forgeries come in floods of one text or of ever new ones; only the former are worth remembering. */
const FORGED: Limits = { entries: 1_000, characters: 1024 * 1024 };

/** Longer tokens are rare, and dear to keep. */
const LONGEST = 4096;

/**
 * A list or object takes up to thirty times the room of its two characters, so a token of little else would outgrow what it is
 * charged. Of nobody's tokens more than this many are kept, and one for so many characters: else the token is not remembered.
 */
const CONTAINERS = 16;
const CHARACTERS_FOR_ONE_MORE = 64;

/**
 * Spares an isolate the same work twice, for as long as its configuration. It is keyed by the whole token, never by a part of it
 * or by what it claims. What a token's header and claims passed under its issuer's rules is not asked again while issuer object,
 * key object and place of presentation are the same; a withdrawn or replaced key takes it along. The key is looked up, and
 * times, revocation and permission are judged, anew for each request.
 */
export class TokenMemory {
  readonly #genuine = new SeenTwice<ExaminedToken>(GENUINE);
  readonly #forged = new SeenTwice<ExaminedToken>(FORGED);

  recall(text: string): ExaminedToken | undefined {
    return this.#genuine.get(text) ?? this.#forged.get(text);
  }

  remember(text: string, examined: ExaminedToken): void {
    if (text.length > LONGEST || isCostly(text, examined)) return;
    const [kind, other] = examined.holds ? [this.#genuine, this.#forged] : [this.#forged, this.#genuine];
    other.delete(text);
    kind.set(text, examined);
  }
}

/** Brackets within texts count as well: that errs on the side of room. */
function isCostly(text: string, { passed, unverifiedClaims }: ExaminedToken): boolean {
  const containers = JSON.stringify(passed ? passed.claims : unverifiedClaims).split(/[[{]/).length - 1;
  return containers > CONTAINERS + text.length / CHARACTERS_FOR_ONE_MORE;
}
