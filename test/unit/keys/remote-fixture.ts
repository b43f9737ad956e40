import { vi } from "vitest";
import { type KeyContext, RemoteKeys } from "../../../src/keys/remote-keys.ts";
import type { KeyLookup } from "../../../src/model/key-source.ts";
import type { TrustedIssuer } from "../../../src/model/trusted-issuer.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, settingsFor } from "../support.ts";
import { gate, stubNetwork } from "./network.ts";

/** Some time at which tests begin, as a NumericDate. */
export const T = 1_800_000_000;

const realSetTimeout = setTimeout;

/** Published keys with ids `a` to `d`, of different material. */
export const [A, B, C, D] = await Promise.all(["a", "b", "c", "d"].map(publicKey));

export async function publicKey(keyId: string): Promise<Record<string, unknown>> {
  return (await TestIssuer.create("https://issuer.example", "ES256", keyId)).publicJwk;
}

/**
 * An issuer with a key endpoint that tests can rotate, break and hold up, and isolates that ask it. Every instance has an
 * issuer name of its own, hence a place of its own in the Cache API. {@link restore} undoes what an instance replaces.
 */
export class KeyEndpoint {
  readonly #name = `https://${crypto.randomUUID()}.example`;
  readonly #trusted: TrustedIssuer;
  #hold: ReturnType<typeof gate> | undefined;
  #urls: string[];
  /** What the endpoint answers. */
  answer: (url: string) => Response | Promise<Response>;

  constructor(issuer: TestIssuer, overrides: Record<string, unknown> = {}) {
    const keys = "discovery" in overrides ? {} : { jwksUri: `${this.#name}/jwks` };
    const config = configFor(issuer, { issuer: this.#name, keys: undefined, ...keys, ...overrides });
    const trusted = settingsFor(config).rules.issuers.get(this.#name);
    if (trusted === undefined) throw new Error("the issuer was not configured");
    this.#trusted = trusted;
    this.answer = () => Response.json({ keys: [A] });
    // Deadlines never fire: what these tests find must not depend on how busy the machine is.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    this.#urls = stubNetwork(async (url) => {
      await this.#hold?.opened;
      return this.answer(url);
    }).urls;
  }

  get issuer(): string {
    return this.#name;
  }

  get urls(): readonly string[] {
    return this.#urls;
  }

  get fetches(): number {
    return this.#urls.length;
  }

  publish(...keys: unknown[]): void {
    this.answer = () => Response.json({ keys });
  }

  fail(): void {
    this.answer = () => new Response(null, { status: 503 });
  }

  /** Holds up every answer until the returned function is called. */
  hold(): () => void {
    const held = gate();
    this.#hold = held;
    return () => {
      this.#hold = undefined;
      held.open();
    };
  }

  /** A new isolate with nothing in its memory. */
  isolate(hostname = "guard.example"): Isolate {
    const { keys } = this.#trusted;
    if (keys.kind !== "jwks" && keys.kind !== "discovery") throw new Error("the issuer has no key endpoint");
    return new Isolate(new RemoteKeys(this.#trusted, keys), hostname);
  }
}

/** For `afterEach`. */
export function restore(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
}

export class Isolate {
  readonly #keys: RemoteKeys;
  readonly #context: KeyContext;
  readonly #work: Promise<unknown>[] = [];

  constructor(keys: RemoteKeys, hostname: string) {
    this.#keys = keys;
    this.#context = { hostname, waitUntil: (work) => void this.#work.push(work) };
  }

  async lookUp(keyId: string | undefined, now: number): Promise<KeyLookup> {
    return this.#keys.find("ES256", keyId, now, this.#context);
  }

  /** Only what came of it: most tests do not care for the key itself. */
  async find(keyId: string | undefined, now: number): Promise<KeyLookup["status"]> {
    return (await this.lookUp(keyId, now)).status;
  }

  /** Waits for all that goes on in the background. */
  async settle(): Promise<void> {
    while (this.#work.length > 0) await this.#work.shift();
  }
}

/** True when the promise has settled after everything that needs no network had time to happen. */
export async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await new Promise((resolve) => realSetTimeout(resolve, 30));
  return settled;
}
