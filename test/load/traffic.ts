import type { Random } from "../simulation/random.ts";
import { forge, TestIssuer } from "../support/test-issuer.ts";
import type { Asking } from "../system/ledger/history/events.ts";
import { callerOf, NOBODY } from "./caller.ts";
import type { Outages } from "./outages.ts";
import { mayBeUnknown, mayPass, type PublishedKey, type RotatingIssuer } from "./rotating-issuer.ts";
import { badBecause, GOOD, goodUntil, type Question, type Truth } from "./truth.ts";

const ASKING: readonly Asking[] = ["deny", "deny", "kv", "strict"];

/** Headers that are no credentials, or bad ones, and the reason that each gets on a route that needs a token. */
const CREDENTIALS: readonly (readonly [value: string | undefined, reason: string])[] = [
  [undefined, "token_missing"],
  ["Basic dXNlcjpwYXNz", "token_missing"],
  ["Bearer", "credentials_malformed"],
  ["Bearer a b", "credentials_malformed"],
  ["Bearer {}", "credentials_malformed"],
  ["Bearer a, Bearer b", "credentials_repeated"],
  ["Bearer x", "token_malformed"],
  ["Bearer a.b", "token_malformed"],
  ["Bearer e30.e30.e30.e30.e30", "token_malformed"],
  [`Bearer ${forge({ alg: "ES256", crit: ["b64"] }, {})}`, "token_malformed"],
  [`Bearer ${forge("no JSON", {})}`, "token_malformed"],
  [`Bearer ${"x".repeat(20_000)}`, "token_too_large"],
];

/** Makes requests of every kind, each with what is true of it. */
export class Traffic {
  readonly #random: Random;
  readonly #outages: Outages;
  readonly #issuer: TestIssuer;
  readonly #rotating: readonly RotatingIssuer[];
  readonly #stranger: Promise<TestIssuer>;
  readonly #kinds: readonly (readonly [weight: number, make: () => Promise<Question>])[];
  /** Tokens that are presented again and again, long after their keys went. */
  readonly #kept = new Map<PublishedKey, Promise<string>>();

  /** @param issuer whose keys are in the configuration */
  constructor(random: Random, outages: Outages, issuer: TestIssuer, rotating: readonly RotatingIssuer[]) {
    [this.#random, this.#outages, this.#issuer, this.#rotating] = [random, outages, issuer, rotating];
    this.#stranger = TestIssuer.create(issuer.issuer, issuer.algorithm, issuer.keyId);
    const signed = (kind: string, truth: () => Truth, claims: (now: number) => Record<string, unknown>, header = {}) =>
      this.#question(kind, truth(), this.#sign(claims, header));
    this.#kinds = [
      [
        20,
        () =>
          signed(
            "valid",
            () => GOOD,
            () => ({}),
          ),
      ],
      [16, () => this.#rotatingToken()],
      [
        5,
        () =>
          signed(
            "expired",
            () => badBecause("token_expired"),
            (now) => ({ iat: now - 600, exp: now - 1 }),
          ),
      ],
      [
        3,
        () =>
          signed(
            "of the future",
            () => badBecause("token_not_yet_valid"),
            (now) => ({ iat: now + 60, exp: now + 90 }),
          ),
      ],
      [
        3,
        () =>
          signed(
            "of another audience",
            () => badBecause("audience_mismatch"),
            () => ({ aud: "https://other.example" }),
          ),
      ],
      [
        2,
        () =>
          signed(
            "no access token",
            () => badBecause("token_type_not_accepted"),
            () => ({}),
            { typ: "logout+jwt" },
          ),
      ],
      [
        2,
        () =>
          signed(
            "of a stranger",
            () => badBecause("issuer_not_trusted"),
            () => ({ iss: "https://stranger.example" }),
          ),
      ],
      [4, () => this.#expiring()],
      [7, () => this.#forged()],
      [4, () => this.#signedByStranger()],
      [5, () => this.#unknownKey()],
      [7, () => this.#malformed()],
      [4, () => this.#scoped()],
      [2, () => this.#withoutToken("public", "public", "/public/a", GOOD)],
      [1, () => this.#withoutToken("ambiguous", "deny", "/deny/..%2fstrict/", badBecause("path_ambiguous"))],
    ];
  }

  /** One request, of a kind that is drawn. */
  next(): Promise<Question> {
    let left = this.#random.next() * this.#kinds.reduce((sum, [weight]) => sum + weight, 0);
    const [, make] =
      this.#kinds.find(([weight]) => {
        left -= weight;
        return left < 0;
      }) ?? [];
    if (make === undefined) throw new Error("there are no kinds");
    return make();
  }

  /** Where a request asks for a target's token, and how. */
  anyAsking(): Asking {
    return this.#random.pick(ASKING);
  }

  async #question(kind: string, truth: Truth, signing: Promise<string> | string): Promise<Question> {
    const asking = this.anyAsking();
    const token = await signing;
    const headers = { authorization: `Bearer ${token}` };
    return {
      kind,
      asking,
      truth,
      caller: callerOf(token),
      sending: { path: `/${asking}/${this.#random.whole(1, 1_000)}`, headers },
    };
  }

  async #withoutToken(kind: string, asking: Asking | "public", path: string, truth: Truth): Promise<Question> {
    return { kind, asking, truth, caller: NOBODY, sending: { path } };
  }

  #sign(claims: (now: number) => Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const identity = { sub: `user-${this.#random.whole(1, 1_000_000)}`, sid: crypto.randomUUID() };
    return this.#issuer.sign(this.#issuer.claims({ ...identity, ...claims(now) }), header);
  }

  /** Used within the seconds around its end: now, and again and again until some time after it. */
  #expiringToken: { readonly token: string; readonly expiresAt: number } | undefined;

  async #expiring(): Promise<Question> {
    const now = Date.now() / 1000;
    if (this.#expiringToken === undefined || now > this.#expiringToken.expiresAt + 1) {
      const expiresAt = Math.floor(now) + 3;
      this.#expiringToken = { token: await this.#sign(() => ({ exp: expiresAt })), expiresAt };
    }
    const { token, expiresAt } = this.#expiringToken;
    return this.#question("about to expire", goodUntil(expiresAt), token);
  }

  /** With one character of the signature changed. */
  async #forged(): Promise<Question> {
    const token = await this.#sign(() => ({}));
    const start = token.lastIndexOf(".") + 1;
    const at = this.#random.whole(start, token.length - 2);
    const forged = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    return this.#question("forged", badBecause("signature_invalid"), forged);
  }

  async #signedByStranger(): Promise<Question> {
    const stranger = await this.#stranger;
    return this.#question("forged", badBecause("signature_invalid"), stranger.sign(stranger.claims()));
  }

  async #unknownKey(): Promise<Question> {
    const { issuer, outage, keys } = this.#random.pick(this.#rotating);
    const alg = keys[0]?.signer.algorithm;
    const kid = this.#random.chance(0.5) ? crypto.randomUUID() : `../${crypto.randomUUID()}`;
    const token = forge({ alg, kid, typ: "at+jwt" }, this.#issuer.claims({ iss: issuer }));
    return this.#question("of an unknown key", { ...badBecause("key_not_found"), keys: { outage } }, token);
  }

  async #malformed(): Promise<Question> {
    const [authorization, reason] = this.#random.pick(CREDENTIALS);
    const asking = this.anyAsking();
    const headers = authorization === undefined ? {} : { authorization };
    const sending = { path: `/${asking}/`, headers };
    return { kind: "malformed", asking, truth: badBecause(reason), caller: NOBODY, sending };
  }

  async #scoped(): Promise<Question> {
    const isFit = this.#random.chance(0.5);
    const token = await this.#sign(() => ({ scope: isFit ? "read write" : "read writer" }));
    const truth = isFit ? GOOD : badBecause("insufficient_scope");
    return {
      kind: "scoped",
      asking: "deny",
      truth,
      caller: callerOf(token),
      sending: { path: "/scoped/", headers: { authorization: `bearer ${token}` } },
    };
  }

  /** Good tokens of issuers whose keys change: mostly by the key before the newest, which all guards should know. */
  async #rotatingToken(): Promise<Question> {
    const { keys, published, outage } = this.#random.pick(this.#rotating);
    const usual = published.at(-2) ?? published.at(-1);
    const key = this.#random.chance(0.6) && usual !== undefined ? usual : this.#random.pick(keys);
    const sign = () =>
      key.signer.sign(key.signer.claims({ sub: crypto.randomUUID(), exp: Math.floor(Date.now() / 1000) + 3_600 }));
    const kept = this.#kept.get(key) ?? sign();
    this.#kept.set(key, kept);
    const outages = this.#outages;
    const truth: Truth = {
      mayPass: ({ sentAt }) => mayPass(key, outage, outages, sentAt),
      mayBeRefused: (reason, moment) => reason === "key_not_found" && mayBeUnknown(key, outage, outages, moment),
      keys: { outage, key },
    };
    const kind = key.withdrawnAt === undefined ? "of a key that changes" : "of a withdrawn key";
    return this.#question(kind, truth, this.#random.chance(0.5) ? kept : sign());
  }
}
