import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { decodeOperatorSettings } from "../../../src/config/decode-operator-settings.ts";
import type { Deciding } from "../../../src/explain/observe-decision.ts";
import { createKeyRing, KeyRing } from "../../../src/keys/key-ring.ts";
import type {
  Attempt,
  CommandResult,
  HistoryPage,
  LedgerDesk,
  ListedRecord,
  PreviewResult,
  RecordsPage,
  StateEntry,
  StateResult,
  TurnedAway,
} from "../../../src/model/ledger-desk.ts";
import { issuersOf, type Operator } from "../../../src/model/operator.ts";
import type { RevocationReader } from "../../../src/model/revocation.ts";
import type { TrustedIssuer } from "../../../src/model/trusted-issuer.ts";
import { answerOperator } from "../../../src/operator/operator-api.ts";
import { ApiMemory } from "../../../src/operator/parts.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, ENVIRONMENT, revocationsSaying, settingsFor } from "../support.ts";

export const ISSUER = await TestIssuer.create();

export const SECRETS = { vera: "viewer-".repeat(6), rita: "revoker-".repeat(6), ada: "admin-".repeat(7) };
const ROLES = { vera: "viewer", rita: "revoker", ada: "admin" } as const;

export const OPERATORS: readonly Operator[] = await Promise.all(
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

export const PREVIEWED: PreviewResult = {
  ok: true,
  preview: {
    ...{ dryRun: true, changed: true, name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg", kind: "token" },
    ...{ before: null, record: { format: 1, revoked: true }, enforcedBy: 1_800_000_005 },
  },
};

const LISTED: ListedRecord = {
  ...{
    name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg",
    kind: "token",
    record: { format: 1, revoked: true },
    sequence: 7,
  },
  ...{ changedAt: null, state: "live", invalid: false, pending: false },
};

/** A ledger that takes down what it is asked. */
export class FakeDesk implements LedgerDesk {
  readonly asked: unknown[] = [];
  result: CommandResult = ACKNOWLEDGED;
  failure: Error | undefined;
  concerned: readonly StateEntry[] = [];

  submit(attempts: readonly Attempt[]): Promise<readonly CommandResult[]> {
    const results = attempts.map(({ refused }) => (refused ? ({ ok: false, problems: [] } as const) : this.result));
    return this.#answer(["submit", ...attempts], results);
  }
  previewAll(commands: readonly unknown[]): Promise<readonly PreviewResult[]> {
    return this.#answer(
      ["preview", ...commands],
      commands.map(() => PREVIEWED),
    );
  }
  state(identity: unknown): Promise<StateResult> {
    return this.#answer(["state", identity], { ok: true, records: this.concerned });
  }
  noteTurnedAway(requests: readonly TurnedAway[]): Promise<void> {
    return this.#answer(["noteTurnedAway", ...requests], undefined);
  }
  status(): Promise<object> {
    return this.#answer(["status"], { head: 7 });
  }
  records(query: object): Promise<RecordsPage> {
    return this.#answer(["records", query], { records: [], next: null });
  }
  record(name: string): Promise<ListedRecord | null> {
    return this.#answer(["record", name], name === LISTED.name ? LISTED : null);
  }
  history(query: object): Promise<HistoryPage> {
    return this.#answer(["history", query], { entries: [], next: null });
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

/** Settings of a guard with operators, and what its isolate remembers. */
export interface Surroundings {
  /** Settings besides operators with secrets. */
  readonly guard?: Readonly<Record<string, unknown>>;
  /** Of the issuer whose tokens the guard takes. */
  readonly issuer?: Readonly<Record<string, unknown>>;
  readonly operators?: readonly Operator[];
  readonly revocations?: RevocationReader;
  /** What the API is made of beside the ledger fails as well. */
  readonly isBroken?: boolean;
}

/** One isolate with the API, at a time of the test's. */
export class TestApi {
  /** Milliseconds. */
  now = Date.now();
  readonly desk: LedgerDesk;
  readonly #surroundings: Surroundings;
  /** What was written into the log. */
  readonly defects: unknown[] = [];
  readonly #ours = new ApiMemory();
  readonly #memory = new TokenMemory();

  constructor(desk: LedgerDesk, surroundings: Surroundings = {}) {
    this.desk = desk;
    this.#surroundings = surroundings;
  }

  /** Asks the API as somebody; without `authorization` when the header is empty. */
  async ask(path: string, { as = "ada", base = "https://guard.example", ...init }: Asking = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${SECRETS[as]}`);
    if (headers.get("authorization") === "none") headers.delete("authorization");
    const request = new Request(`${base}/_jotgate/v1${path}`, { ...init, headers });
    const { guard = {}, issuer = { tokenIdClaim: ["ids", "token"] }, operators = OPERATORS } = this.#surroundings;
    const config = { ...configFor(ISSUER, issuer), operators, ...guard };
    const settings = settingsFor(config, { ...ENVIRONMENT, LEDGER: { idFromName: () => undefined } });
    const decoded = decodeOperatorSettings(settings, ENVIRONMENT, String);
    if (!("secrets" in decoded)) throw new Error(JSON.stringify(decoded));
    const background: Promise<unknown>[] = [];
    const orBroken = <T>(part: T): T => {
      if (this.#surroundings.isBroken) throw new RangeError("a secret detail");
      return part;
    };
    const keysOf = async (issuers: Iterable<TrustedIssuer>) => {
      const ring = await createKeyRing(issuers);
      if (!(ring instanceof KeyRing)) throw new Error(JSON.stringify(ring));
      return ring.forRequest({ hostname: "guard.example", waitUntil: (work) => background.push(work) });
    };
    const response = await answerOperator(request, {
      url: new URL(request.url),
      operators: decoded,
      get deciding(): Deciding {
        return orBroken({ rules: settings.rules, identityHeaders: settings.forwarding.identityHeaders });
      },
      issuers: settings.rules.issuers,
      keys: await keysOf(settings.rules.issuers.values()),
      operatorKeys: await keysOf(issuersOf(decoded)),
      revocations: this.#surroundings.revocations ?? revocationsSaying({}),
      memory: this.#memory,
      desk: () => this.desk,
      mirror: () => orBroken({ through: 5 }),
      clock: { now: () => this.now, after: () => () => undefined },
      inBackground: (work) => background.push(work),
      ours: this.#ours,
      onDefect: (defect) => this.defects.push(defect),
    });
    await Promise.all(background);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  }
}

/** Asks the API of a new isolate as somebody. */
export function ask(desk: LedgerDesk, path: string, asking: Asking = {}, surroundings: Surroundings = {}) {
  return new TestApi(desk, surroundings).ask(path, asking);
}

export function command(content: unknown, asking: Asking = {}): Asking {
  const headers = { "content-type": "application/json", ...(asking.headers as Record<string, string>) };
  return { method: "POST", body: typeof content === "string" ? content : JSON.stringify(content), ...asking, headers };
}
