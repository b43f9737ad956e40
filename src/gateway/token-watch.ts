import { checkTimes, lapsesAt } from "../authorize/check-claims.ts";
import { checkRevocation } from "../authorize/check-revocation.ts";
import type { AllowBearer } from "../model/decision.ts";
import type { GatewayFailure, Refusal } from "../model/refusal.ts";
import type { RevocationReader } from "../model/revocation.ts";
import type { Clock } from "../platform/clock.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";

/**
 * Milliseconds between the judgements of an open connection's token: what a connection adds to the time until a revocation
 * counts. Shorter would cost a store without a mirror a read more often than it promises news.
 */
export const CHECK_INTERVAL = 5_000;

/** What a watch needs to know and to tell. */
export interface Watching {
  readonly decision: AllowBearer;
  readonly revocations: RevocationReader;
  readonly clock: Clock;
  /** Milliseconds since 1970-01-01 UTC at which the token was judged before. */
  readonly judgedAt: number;
  /** Called once at most: the token is no longer good, or a defect keeps it from being judged. */
  readonly onEnd: (end: Refusal | GatewayFailure, defect?: unknown) => void;
}

/**
 * Judges the token of an open connection until it is refused: revocation at every check interval, one check at a time, and
 * its age at the very moment it lapses, however long a check takes.
 *
 * @returns stops the watch; to be called when the connection ended
 */
export function watchToken({ decision, revocations, clock, judgedAt, onEnd }: Watching): () => void {
  const { token, route } = decision;
  const reader = impatient(revocations, clock);
  let over = false;
  let cancelAge = () => {};
  let cancelCheck = () => {};

  const stop = () => {
    over = true;
    cancelAge();
    cancelCheck();
  };
  const end = (why: Refusal | GatewayFailure, defect?: unknown) => {
    if (over) return;
    stop();
    onEnd(why, defect);
  };
  const step = async (work: () => void | Promise<void>) => {
    try {
      await work();
    } catch (defect) {
      end({ reason: "internal_error" }, defect);
    }
  };

  const judgeAge = () => {
    const now = clock.now();
    const age = checkTimes(token, token.issuer, now / 1000);
    if (!age.ok) return end(age.refusal);
    // A machine's clock may be set while the connection lasts, so no timer is longer than the check interval.
    const left = Math.max(Math.ceil(lapsesAt(token) * 1000 - now), 1);
    cancelAge = clock.after(Math.min(left, CHECK_INTERVAL), () => void step(judgeAge));
  };
  const check = async () => {
    const startedAt = clock.now();
    const judged = await checkRevocation(token, reader, route, startedAt / 1000);
    if (!judged.ok) end(judged.refusal);
    else if (!over) checkAfter(startedAt);
  };
  const checkAfter = (before: number) => {
    const delay = before + CHECK_INTERVAL - clock.now();
    cancelCheck = clock.after(Math.min(Math.max(delay, 0), CHECK_INTERVAL), () => void step(check));
  };

  // The origin may have taken its time to answer: the first check is due an interval after the decision.
  checkAfter(judgedAt);
  void step(judgeAge);
  return stop;
}

/** Readers have deadlines of their own. Should one fail to answer all the same, that must not keep a connection open. */
function impatient(revocations: RevocationReader, clock: Clock): RevocationReader {
  return {
    async lookUp(identity, now, demand) {
      const lookup = await withDeadline(revocations.lookUp(identity, now, demand), CHECK_INTERVAL, clock);
      return lookup === LATE ? { status: "unavailable", cause: "timeout", lastKnown: {} } : lookup;
    },
  };
}
