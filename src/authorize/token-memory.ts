import type { VerificationKey } from "../model/key-source.ts";
import { type Limits, SeenTwice } from "../model/seen-twice.ts";
import type { VerifiedToken } from "../model/token.ts";
import type { UnverifiedToken } from "./parse-token.ts";

/** What was found out about one token text. */
export interface ExaminedToken {
  readonly token: UnverifiedToken;
  readonly key: VerificationKey;
  /** Whether its signature holds under this very key. */
  readonly holds: boolean;
  /** What it was made into when all of its checks passed; its times have to be checked again. */
  readonly passed: VerifiedToken | undefined;
}

/** Some 20 MB with what was parsed. */
const GENUINE: Limits = { entries: 10_000, characters: 8 * 1024 * 1024 };

/** Forgeries come in floods of one text or of ever new ones; only the former are worth remembering. */
const FORGED: Limits = { entries: 1_000, characters: 1024 * 1024 };

/** Longer tokens are rare, and dear to keep. */
const LONGEST = 4096;

/**
 * Spares an isolate the same work twice, for as long as its configuration. It is keyed by the whole token, never by a part of it
 * or by what it claims, and holds no verdict: key, times, revocation and permission are judged anew for each request. What it
 * says counts only for the key object it was found out with, so that a withdrawn or replaced key takes it along.
 */
export class TokenMemory {
  readonly #genuine = new SeenTwice<ExaminedToken>(GENUINE);
  readonly #forged = new SeenTwice<ExaminedToken>(FORGED);

  recall(text: string): ExaminedToken | undefined {
    return text.length > LONGEST ? undefined : (this.#genuine.get(text) ?? this.#forged.get(text));
  }

  remember(text: string, examined: ExaminedToken): void {
    if (text.length > LONGEST) return;
    const [kind, other] = examined.holds ? [this.#genuine, this.#forged] : [this.#forged, this.#genuine];
    other.delete(text);
    kind.set(text, examined);
  }
}
