import { setTimeout as pause } from "node:timers/promises";

/** What the guard answered. */
export interface GuardAnswer {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: unknown;
  /** Reason in the guard's decision record; null when the request was let through. */
  readonly reason: string | null | undefined;
}

/** How long a record may take from the guard's output to here. */
const RECORD_DEADLINE_MS = 2_000;
const REQUEST_DEADLINE_MS = 10_000;

/** Somebody with a browser, an operator's secret and a backend: calls the guard, gets tokens, revokes. */
export class Visitor {
  readonly #guard: string;
  readonly issuer: string;
  readonly #secret: string;
  readonly #records: readonly string[];
  readonly #signal: AbortSignal;

  /**
   * @param secret the operator's
   * @param records the guard's decision records, which grow while it runs
   */
  constructor(
    { guard, issuer }: { guard: string; issuer: string },
    secret: string,
    records: readonly string[],
    signal: AbortSignal,
  ) {
    this.#guard = guard;
    this.issuer = issuer;
    this.#secret = secret;
    this.#records = records;
    this.#signal = signal;
  }

  async callOrders(token?: string): Promise<GuardAnswer> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await this.#fetch(`${this.#guard}/api/orders/1`, { headers });
    const body: unknown = await response.json();
    const requestId = response.headers.get("x-jotgate-request-id");
    return {
      status: response.status,
      challenge: response.headers.get("www-authenticate"),
      body,
      reason: await this.#reasonOf(requestId),
    };
  }

  async getToken(parameters: Record<string, string>): Promise<string> {
    const response = await this.#fetch(`${this.issuer}/token?${new URLSearchParams(parameters)}`);
    if (!response.ok) throw new Error(`The issuer gave no token: ${response.status} ${await response.text()}`);
    return response.text();
  }

  /** Gives the ledger a command, as an operator. */
  async command(command: object): Promise<void> {
    const response = await this.#fetch(`${this.#guard}/_jotgate/v1/commands`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#secret}`, "content-type": "application/json" },
      body: JSON.stringify(command),
    });
    if (!response.ok) throw new Error(`The ledger took no command: ${response.status} ${await response.text()}`);
  }

  /** Has the issuer write a record straight into KV, past the ledger. */
  async revokeInKv(token: string): Promise<void> {
    const body = new URLSearchParams({ token });
    const response = await this.#fetch(`${this.issuer}/revoke`, { method: "POST", body });
    if (!response.ok) throw new Error(`The issuer wrote no record: ${response.status} ${await response.text()}`);
  }

  async pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#signal });
  }

  /** Records come by another way than answers, and may come a little later. */
  async #reasonOf(requestId: string | null): Promise<string | null | undefined> {
    const deadline = Date.now() + RECORD_DEADLINE_MS;
    do {
      const line = this.#records.findLast((record) => requestId !== null && record.includes(requestId));
      if (line !== undefined) return (JSON.parse(line) as { reason: string | null }).reason;
      await this.pause(20);
    } while (Date.now() < deadline);
    return undefined;
  }

  #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(REQUEST_DEADLINE_MS)]);
    return fetch(url, { ...init, signal });
  }
}
