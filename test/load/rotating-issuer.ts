import { TestIssuer } from "../support/test-issuer.ts";
import type { Outages } from "./outages.ts";

/** Milliseconds: how long a withdrawn key may work, and how long a new one may stay unknown after somebody asked for unknown ones. */
const FRESH_FOR = 600_000;
const COOL_DOWN = 30_000;

/** Longest pause between attempts while the endpoint fails, in milliseconds. */
const BACK_OFF = 30_000;

/** For a load that is under way and for clocks. */
const SLACK = 5_000;

/** A key, and from when to when the issuer published it, by the client's clock in milliseconds. */
export interface PublishedKey {
  readonly signer: TestIssuer;
  readonly publishedAt: number;
  withdrawnAt?: number;
  /** Guards that have let a token of it through. */
  readonly knownTo: Set<string>;
}

/** An issuer that publishes its keys, and changes them. */
export class RotatingIssuer {
  readonly issuer: string;
  readonly outage: string;
  /** Oldest first. Withdrawn keys stay here, for those who go on signing with them. */
  readonly keys: PublishedKey[] = [];
  readonly #algorithm: string;

  constructor(issuer: string, algorithm: string) {
    this.issuer = issuer;
    this.outage = `keys of ${issuer}`;
    this.#algorithm = algorithm;
  }

  get published(): readonly PublishedKey[] {
    return this.keys.filter(({ withdrawnAt }) => withdrawnAt === undefined);
  }

  /** The issuer's document. */
  get jwks() {
    return { keys: this.published.map(({ signer }) => signer.publicJwk) };
  }

  /** Publishes one key more, and withdraws the oldest when there are more than two. */
  async rotate(): Promise<void> {
    const signer = await TestIssuer.create(this.issuer, this.#algorithm, `key-${this.keys.length + 1}`);
    const [oldest, ...others] = this.published;
    if (oldest !== undefined && others.length > 0) oldest.withdrawnAt = performance.now();
    this.keys.push({ signer, publishedAt: performance.now(), knownTo: new Set() });
  }
}

/** Whether a good token of this key may be let through. */
export function mayPass(key: PublishedKey, outage: string, outages: Outages, sentAt: number): boolean {
  if (key.withdrawnAt === undefined) return true;
  const unreachable = outages.total(outage, key.withdrawnAt, sentAt);
  const backOff = unreachable > 0 ? BACK_OFF : 0;
  return sentAt <= key.withdrawnAt + FRESH_FOR + unreachable + backOff + SLACK;
}

/** Whether its key may be unknown. */
export function mayBeUnknown(
  key: PublishedKey,
  outage: string,
  outages: Outages,
  { sentAt, receivedAt }: { readonly sentAt: number; readonly receivedAt: number },
): boolean {
  if (key.withdrawnAt !== undefined && key.withdrawnAt <= receivedAt) return true;
  const unreachable = outages.total(outage, key.publishedAt - COOL_DOWN, sentAt);
  return sentAt < key.publishedAt + COOL_DOWN + SLACK + unreachable + (unreachable > 0 ? BACK_OFF : 0);
}

/** Whether a guard may say that it cannot have its key. Known keys outlive the endpoint. */
export function mayBeOutOfReach(
  key: PublishedKey | undefined,
  outage: string,
  outages: Outages,
  { guard, sentAt, receivedAt }: { readonly guard: string; readonly sentAt: number; readonly receivedAt: number },
): boolean {
  const isWithdrawn = key?.withdrawnAt !== undefined && key.withdrawnAt <= receivedAt;
  if (key?.knownTo.has(guard) && !isWithdrawn) return false;
  return outages.touch(outage, sentAt - COOL_DOWN - BACK_OFF - SLACK, receivedAt);
}
