import { setTimeout as pause } from "node:timers/promises";
import { plain } from "../../explain/printable.ts";
import type { Problem } from "../../model/problem.ts";
import { CannotTell, Denied, Rejected } from "../failures.ts";
import type { Target } from "./target.ts";

const DEADLINE_MS = 15_000;

/** How often, and for how long, somebody waits who is told to ask more slowly. */
const MOST_WAITS = 5;
const LONGEST_WAIT_S = 10;

/** Speaks to a guard's operator API (docs/operator-api.md). */
export class GuardClient {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  /** @param path beneath `/_jotgate/v1/` @throws as {@link send} */
  get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
    return this.#send<T>(parameters.size === 0 ? path : `${path}?${parameters}`);
  }

  /** @param path beneath `/_jotgate/v1/` @throws as {@link send} */
  post<T>(path: string, content: object): Promise<T> {
    return this.#send<T>(path, {
      method: "POST",
      body: JSON.stringify(content),
      headers: { "content-type": "application/json" },
    });
  }

  /** Origin part of the guard's URL. */
  get origin(): string {
    return this.#target.url.origin;
  }

  /**
   * @throws Rejected for what the guard found wrong, Denied for what this operator may not do, CannotTell when there is no
   * answer to rely on
   */
  async #send<T>(path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) {
    const { url, secret } = this.#target;
    const at = new URL(`/_jotgate/v1/${path}`, url.origin);
    const headers = { ...init.headers, authorization: `Bearer ${secret}` };
    for (let waited = 0; ; waited++) {
      let response: Response;
      try {
        const signal = AbortSignal.timeout(DEADLINE_MS);
        response = await fetch(at, { ...init, headers, redirect: "manual", signal });
      } catch (error) {
        const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
        throw new CannotTell(`The guard at ${url.origin} cannot be reached (${cause}).`);
      }
      const body: unknown = await response.json().catch(() => undefined);
      if (response.ok && body !== undefined) return body as T;
      if (response.status !== 429 || waited === MOST_WAITS) {
        throw failureOf(response.status, body as Refusal | undefined, url.origin);
      }
      await pause(Math.min(Number(response.headers.get("retry-after")) || 1, LONGEST_WAIT_S) * 1000);
    }
  }
}

/** What the guard says when it does not do it. */
interface Refusal {
  readonly code?: string;
  readonly needs?: string;
  readonly problems?: readonly Problem[];
}

function failureOf(status: number, refusal: Refusal | undefined, guard: string): Error {
  switch (status) {
    case 400:
    case 413:
      return new Rejected(refusal?.problems ?? []);
    case 401:
      return new Denied("The guard knows no operator with this secret.");
    case 403:
      return new Denied(refusal?.needs ? `This takes the role ${plain(refusal.needs)}.` : "The guard refuses this.");
    case 404:
      return refusal?.code === "no_such_record"
        ? new Denied("There is no such record.")
        : new CannotTell(
            `There is no operator API at ${guard}: that takes OPERATORS and a ledger in its configuration.`,
          );
    default:
      return new CannotTell(`The guard at ${guard} gives no answer to rely on (status ${status}).`);
  }
}
