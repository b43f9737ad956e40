import type { SimulatedToken } from "./history.ts";
import { BEGINNING } from "./machine.ts";
import { namesOf } from "./names.ts";
import type { Random } from "./random.ts";

/** Seconds; as the simulated issuers are configured. */
export const CLOCK_TOLERANCE = 60;

const ISSUERS = ["https://one.example", "https://two.example"];

/** What the ledger has to know of each issuer. */
export const SIMULATED_ISSUERS: ReadonlyMap<string, { maxLifetime: number; clockTolerance: number }> = new Map(
  ISSUERS.map((issuer) => [issuer, { maxLifetime: 86_400, clockTolerance: CLOCK_TOLERANCE }]),
);

/** Issues tokens of a few users with a few sessions each. */
export class TokenIssuer {
  readonly tokens: SimulatedToken[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param at the world's time */
  issue(at: number): SimulatedToken {
    const random = this.#random;
    const number = this.tokens.length;
    const user = random.whole(1, 6);
    // Most tokens are of the first issuer: cutting off an issuer ends the story of all its tokens.
    const issuer = ISSUERS[random.chance(0.15) ? 1 : 0] as string;
    const issuedAt = Math.floor((BEGINNING + at) / 1000) - random.whole(0, 100);
    const identity = {
      issuer,
      subject: `user-${user}`,
      tokenId: random.chance(0.9) ? `token-${number}` : undefined,
      sessionId: random.chance(0.8) ? `session-${user}-${random.whole(1, 2)}` : undefined,
    };
    const token: SimulatedToken = {
      ...identity,
      number,
      tokenVersion: random.whole(0, 5),
      issuedAt,
      expiresAt: issuedAt + random.pick([300, 900, 3_600, 86_400]),
      names: [...namesOf(identity).values()],
    };
    this.tokens.push(token);
    return token;
  }
}
