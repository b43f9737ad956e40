import { DurableObject } from "cloudflare:workers";
import type { Attempt, HistoryQuery, RecordsQuery, TurnedAway } from "../model/ledger-desk.ts";
import type { FeedQuestion } from "../revocation/feed.ts";
import type { RecordName } from "../revocation/record-name.ts";
import type { LedgerCalls, LedgerObjectSettings } from "./ledger-calls.ts";
import type { LedgerHost } from "./ledger-host.ts";

export type { LedgerCalls } from "./ledger-calls.ts";

export type LedgerClass<Env> = new (ctx: DurableObjectState, env: Env) => DurableObject<Env> & LedgerCalls;

/**
 * Makes the class of the Durable Object that holds the ledger. It only passes calls on: guards run the same script, and need no more
 * of the ledger than its name.
 *
 * @param readSettings throws when the configuration is wrong; every call rejects then
 */
export function createLedgerObject<Env>(
  readSettings: (env: Env) => LedgerObjectSettings | Promise<LedgerObjectSettings>,
): LedgerClass<Env> {
  return class LedgerObject extends DurableObject<Env> implements LedgerCalls {
    readonly #host: Promise<LedgerHost>;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      // Nobody's call comes through before; when this fails the object is made anew.
      this.#host = ctx.blockConcurrencyWhile(async () => {
        const settings = await readSettings(env);
        const { LedgerHost } = await import("./ledger-host.ts");
        return LedgerHost.start(ctx, settings);
      });
    }

    async execute(command: unknown) {
      return (await this.#host).execute(command);
    }

    async submit(attempts: readonly Attempt[]) {
      return (await this.#host).submit(attempts);
    }

    async preview(command: unknown) {
      return (await this.#host).preview(command);
    }

    async previewAll(commands: readonly unknown[]) {
      return (await this.#host).previewAll(commands);
    }

    async state(identity: unknown) {
      return (await this.#host).state(identity);
    }

    async noteTurnedAway(requests: readonly TurnedAway[]) {
      return (await this.#host).noteTurnedAway(requests);
    }

    async changes(question: FeedQuestion) {
      return (await this.#host).changes(question);
    }

    async look(names: readonly RecordName[]) {
      return (await this.#host).look(names);
    }

    async status() {
      return (await this.#host).status();
    }

    async history(query?: HistoryQuery) {
      return (await this.#host).history(query);
    }

    async records(query?: RecordsQuery) {
      return (await this.#host).records(query);
    }

    async record(name: string) {
      return (await this.#host).record(name);
    }

    async rebuild() {
      return (await this.#host).rebuild();
    }

    override async alarm() {
      return (await this.#host).alarm();
    }
  };
}
