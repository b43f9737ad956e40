import type { KeyOrigin } from "../model/key-origin.ts";
import type { KeyLookup } from "../model/key-source.ts";
import type { Soon } from "../model/soon.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import type { Lifetime } from "../platform/lifetime.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";
import { discoverJwksUri } from "./discover-jwks-uri.ts";
import { fetchJson } from "./fetch-json.ts";
import { KeyCache } from "./key-cache.ts";
import { type FetchedKeys, readKeySet } from "./read-key-set.ts";

/** Where a request's keys are looked for beyond the isolate's memory. */
export interface KeyContext extends Lifetime {
  /** Host name of the Worker. */
  readonly hostname: string;
}

/** Seconds for which a set is used without asking again: a withdrawn key works for at most this long. */
const FRESH_FOR = 600;
/** Age in seconds at which a busy isolate asks again in the background, so that no request waits for it. */
const REFRESH_AT = 480;
/** Seconds for which the last known keys outlive the issuer's key endpoint. */
const STALE_FOR = 86_400;
/** Seconds between fetches that unknown `kid`s cause. */
const UNKNOWN_KEY_COOLDOWN = 30;
/** Seconds for which a set counts as just fetched: a `kid` that it does not have is not worth another fetch. */
const JUST_FETCHED = 1;
/** Longest pause in seconds between attempts while the endpoint fails; it starts at one and doubles. */
const LONGEST_BACK_OFF = 30;
/** For discovery, key set and all that belongs to one load. */
const LOAD_DEADLINE_MS = 3_000;
/** Clocks of one data centre's machines differ by less. */
const CLOCK_DIFFERENCE = 60;

/** The keys of one issuer that publishes them, remembered in the isolate. */
export class RemoteKeys {
  readonly #issuer: TrustedIssuer;
  readonly #origin: KeyOrigin & { readonly kind: "jwks" | "discovery" };
  readonly #flight = new SingleFlight();
  #current: FetchedKeys | undefined;
  #discovered: { readonly uri: string; readonly at: number } | undefined;
  #lastAttempt = Number.NEGATIVE_INFINITY;
  /** When an unknown `kid` last caused a fetch. */
  #lastSearch = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(issuer: TrustedIssuer, origin: KeyOrigin & { readonly kind: "jwks" | "discovery" }) {
    this.#issuer = issuer;
    this.#origin = origin;
  }

  /**
   * - fresh keys answer at once; near the end of their freshness a refresh starts in the background
   * - keys past it wait for a refresh, unless the last one failed: then the known keys go on serving, up to the stale limit
   * - an unknown `kid` waits for a refresh, at most one per cool-down however many ask
   */
  find(algorithm: string, keyId: string | undefined, now: number, context: KeyContext): Soon<KeyLookup> {
    const age = now - (this.#current?.fetchedAt ?? Number.NEGATIVE_INFINITY);
    const waits = age >= FRESH_FOR && (this.#failures === 0 || age >= STALE_FOR);
    if (!waits) {
      if (age >= REFRESH_AT && this.#mayAttempt(now)) {
        this.#flight.runInBackground(context, () => this.#load(now, context, true));
      }
      const known = this.#find(algorithm, keyId, now);
      if (known !== undefined) return { status: "found", key: known };
    }
    return this.#findLater(waits, algorithm, keyId, now, context);
  }

  /** @param waits for a refresh, before anything else */
  async #findLater(
    waits: boolean,
    algorithm: string,
    keyId: string | undefined,
    now: number,
    context: KeyContext,
  ): Promise<KeyLookup> {
    if (waits) {
      await this.#refresh(now, context);
      const known = this.#find(algorithm, keyId, now);
      if (known !== undefined) return { status: "found", key: known };
      // One failure is enough for one request.
      if (this.#failures > 0) return { status: "unavailable" };
    }
    // Twice, because a load that was under way may have ended with the data centre's copy and without asking the issuer.
    for (let tries = 0; tries < 2; tries++) {
      if (!this.#flight.isUnderWay && !this.#maySearch(now)) break;
      await this.#flight.run(context, () => this.#search(now, context));
      const learned = this.#find(algorithm, keyId, now);
      if (learned !== undefined) return { status: "found", key: learned };
    }
    // Without any key nobody can tell a good token from a bad one.
    return { status: this.#failures > 0 || (this.#current?.set.isEmpty ?? true) ? "unavailable" : "not_found" };
  }

  #find(algorithm: string, keyId: string | undefined, now: number) {
    const current = this.#current;
    return current !== undefined && now - current.fetchedAt < STALE_FOR
      ? current.set.find(algorithm, keyId)
      : undefined;
  }

  async #refresh(now: number, context: KeyContext): Promise<void> {
    if (this.#flight.isUnderWay || this.#mayAttempt(now)) {
      await this.#flight.run(context, () => this.#load(now, context, true));
    }
  }

  /** Only fetches that unknown `kid`s caused count, so that a key which is new right after the first fetch is found. */
  #maySearch(now: number): boolean {
    const searchedLately = now - this.#lastSearch < UNKNOWN_KEY_COOLDOWN;
    return !searchedLately && now - this.#lastAttempt >= JUST_FETCHED && this.#mayAttempt(now);
  }

  #search(now: number, context: KeyContext): Promise<void> {
    this.#lastSearch = now;
    return this.#load(now, context, false);
  }

  #mayAttempt(now: number): boolean {
    const backOff = this.#failures === 0 ? 0 : Math.min(2 ** (this.#failures - 1), LONGEST_BACK_OFF);
    return now - this.#lastAttempt >= backOff;
  }

  /** Gets newer keys, from the data centre's cache where that will do; failing leaves what is known in place. */
  async #load(now: number, context: KeyContext, useCache: boolean): Promise<void> {
    const source = this.#origin.kind === "jwks" ? this.#origin.uri : "discovery";
    const cache = new KeyCache(context.hostname, this.#issuer.issuer, source);
    const cached = useCache ? await this.#readCache(cache, now) : undefined;
    if (cached !== undefined && now - cached.fetchedAt < REFRESH_AT) {
      this.#adopt(cached);
      this.#failures = 0;
      return;
    }
    this.#lastAttempt = now;
    try {
      const jwks = await this.#fetchJwks(now);
      this.#adopt({ set: await readKeySet(jwks, this.#issuer.algorithms), fetchedAt: now });
      this.#failures = 0;
      cache.write({ jwks, fetchedAt: now }, context);
    } catch {
      this.#failures += 1;
      this.#discovered = undefined;
      if (cached !== undefined) this.#adopt(cached);
    }
  }

  #adopt(keys: FetchedKeys): void {
    if (this.#current === undefined || keys.fetchedAt >= this.#current.fetchedAt) this.#current = keys;
  }

  async #readCache(cache: KeyCache, now: number): Promise<FetchedKeys | undefined> {
    const entry = await cache.read();
    if (entry === undefined || entry.fetchedAt > now + CLOCK_DIFFERENCE || now - entry.fetchedAt >= STALE_FOR) {
      return undefined;
    }
    try {
      // By another machine's clock; a copy from the future would outrank what is fetched now.
      const fetchedAt = Math.min(entry.fetchedAt, now);
      return { set: await readKeySet(entry.jwks, this.#issuer.algorithms), fetchedAt };
    } catch {
      return undefined;
    }
  }

  async #fetchJwks(now: number): Promise<unknown> {
    const signal = AbortSignal.timeout(LOAD_DEADLINE_MS);
    const load = this.#jwksUri(now, signal).then((uri) =>
      fetchJson(uri, "application/jwk-set+json, application/json", signal),
    );
    // The signal ends a fetch that hangs; the deadline also ends whatever else might.
    const jwks = await withDeadline(load, LOAD_DEADLINE_MS);
    if (jwks === LATE) throw new Error("took too long");
    return jwks;
  }

  async #jwksUri(now: number, signal: AbortSignal): Promise<string> {
    if (this.#origin.kind === "jwks") return this.#origin.uri;
    if (this.#discovered === undefined || now - this.#discovered.at >= FRESH_FOR) {
      this.#discovered = { uri: await discoverJwksUri(this.#issuer.issuer, signal), at: now };
    }
    return this.#discovered.uri;
  }
}
