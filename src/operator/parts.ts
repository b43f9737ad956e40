import type { TokenMemory } from "../authorize/token-memory.ts";
import type { Deciding } from "../explain/observe-decision.ts";
import type { KeySource } from "../model/key-source.ts";
import type { LedgerDesk } from "../model/ledger-desk.ts";
import type { KnownOperator, OperatorSettings } from "../model/operator.ts";
import type { RevocationReader } from "../model/revocation.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import type { Clock } from "../platform/clock.ts";
import { RateLimit } from "./rate-limit.ts";
import { RecentlyEnded } from "./recently-ended.ts";
import { TurnedAwayCount } from "./turned-away.ts";

/** What the API works with, for one request. */
export interface OperatorApiParts {
  readonly url: URL;
  /** Writes what went wrong in Jotgate itself into the log. */
  readonly onDefect: (defect: unknown) => void;
  readonly operators: OperatorSettings;
  /** By what the guard decides. */
  readonly deciding: Deciding;
  /** The issuers that the guard trusts. */
  readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  readonly keys: KeySource;
  /** Keys of the issuers of operators' tokens. */
  readonly operatorKeys: KeySource;
  readonly revocations: RevocationReader;
  readonly memory: TokenMemory;
  /** Makes the ledger's stub. */
  readonly desk: () => LedgerDesk;
  /** How this isolate's mirror stands; asks the ledger in the background when it is time to. */
  readonly mirror: () => object;
  readonly clock: Clock;
  /** Goes on when the request has been answered. */
  readonly inBackground: (work: Promise<unknown>) => void;
  readonly ours: ApiMemory;
}

/** What an isolate remembers between the API's requests. */
export class ApiMemory {
  /** Of operators. Nobody else can make it forget one of them. */
  readonly rates = new RateLimit();
  /** Of users who end their tokens. */
  readonly users = new RateLimit();
  /** Of where tokens to be ended come from, before anything is known of them. */
  readonly networks = new RateLimit();
  readonly turnedAway = new TurnedAwayCount();
  readonly ended = new RecentlyEnded();
}

/** For handlers of Hono. */
export type OperatorEnv = { Bindings: OperatorApiParts; Variables: { operator: KnownOperator } };

/** Address of whoever sends a request, as Cloudflare says it. Elsewhere the header is the client's own. */
export function addressOf(headers: Headers): string | null {
  const address = headers.get("cf-connecting-ip");
  return address !== null && /^[0-9a-f.:]{2,45}$/i.test(address) ? address : null;
}

/** The part of an address that whoever has it cannot choose: all of IPv4, the first 64 bits of IPv6. */
export function networkOf(address: string | null): string {
  const [head = "", tail] = address?.split("::") ?? [];
  const before = head.split(":");
  if (tail === undefined) return before.slice(0, 4).join(":");
  const after = tail.split(":");
  const between = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...between, ...after].slice(0, 4).join(":");
}
