import type { CommandResult, LedgerDesk } from "../../../src/model/ledger-desk.ts";
import type { Operator } from "../../../src/model/operator.ts";
import { answerOperator } from "../../../src/operator/operator-api.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, settingsFor } from "../support.ts";

export const ISSUER = await TestIssuer.create();

export const SECRETS = { vera: "viewer-".repeat(6), rita: "revoker-".repeat(6), ada: "admin-".repeat(7) };
const ROLES = { vera: "viewer", rita: "revoker", ada: "admin" } as const;

const OPERATORS: readonly Operator[] = await Promise.all(
  Object.entries(SECRETS).map(async ([name, secret]) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)));
    const secretHash = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return { name, role: ROLES[name as keyof typeof ROLES], secretHash };
  }),
);

export const ACKNOWLEDGED: CommandResult = {
  ok: true,
  acknowledgement: {
    sequence: 7,
    changed: true,
    name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg",
    kind: "token",
    record: { format: 1, revoked: true },
    enforcedBy: 1_800_000_005,
  },
};

/** A ledger that takes down what it is asked. */
export class FakeDesk implements LedgerDesk {
  readonly asked: unknown[] = [];
  result: CommandResult = ACKNOWLEDGED;
  failure: Error | undefined;

  execute(command: unknown): Promise<CommandResult> {
    return this.#answer(["execute", command], this.result);
  }
  status(): Promise<object> {
    return this.#answer(["status"], { head: 7 });
  }
  records(query: object): Promise<object> {
    return this.#answer(["records", query], { records: [] });
  }
  record(name: string): Promise<object | null> {
    return this.#answer(["record", name], name === "jotgate1:token:vrBoFnqdlpSSmL49kKITZg" ? { name } : null);
  }
  history(query: object): Promise<object> {
    return this.#answer(["history", query], { entries: [] });
  }

  async #answer<T>(asked: unknown, answer: T): Promise<T> {
    this.asked.push(asked);
    if (this.failure) throw this.failure;
    return answer;
  }
}

export interface Asking extends RequestInit {
  readonly as?: keyof typeof SECRETS | undefined;
  readonly base?: string;
}

/** Asks the API as somebody. */
export async function ask(desk: LedgerDesk, path: string, { as = "ada", base, ...init }: Asking = {}) {
  const headers = new Headers(init.headers);
  if (!headers.has("authorization")) headers.set("authorization", `Bearer ${SECRETS[as]}`);
  const request = new Request(`${base ?? "https://guard.example"}/_jotgate/v1${path}`, { ...init, headers });
  const response = await answerOperator(request, {
    operators: OPERATORS,
    issuers: settingsFor(configFor(ISSUER, { tokenIdClaim: ["ids", "token"] })).rules.issuers,
    desk: () => desk,
    mirror: () => ({ through: 5 }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

export function command(content: unknown, asking: Asking = {}): Asking {
  const headers = { "content-type": "application/json", ...(asking.headers as Record<string, string>) };
  return { method: "POST", body: typeof content === "string" ? content : JSON.stringify(content), ...asking, headers };
}
