import type { AllowAnonymous, AllowBearer } from "../model/decision.ts";
import type { ForwardingRules } from "../model/forwarding.ts";
import type { GatewayFailure } from "../model/refusal.ts";
import type { VerifiedToken } from "../model/token.ts";
import { LATE } from "../platform/with-deadline.ts";
import type { AssertionSigner } from "./assertion.ts";
import { keepPrivate } from "./cache-privacy.ts";
import { ForeignHeaders, removeConnectionHeaders } from "./foreign-headers.ts";
import { writeIdentity } from "./identity.ts";
import { removeCredentials } from "./remove-credentials.ts";
import type { RequestFacts } from "./request-facts.ts";
import { REQUEST_ID_HEADER } from "./respond.ts";
import { type Upload, watchUpload } from "./upload.ts";

/** Whatever answers requests: the network, or a service binding. */
export type Fetch = (target: string | Request, init: RequestInit) => Promise<Response>;

export type Forwarded =
  | { readonly ok: true; readonly response: Response }
  | { readonly ok: false; readonly failure: GatewayFailure | { readonly reason: "identity_not_forwardable" } };

/** An upload may take this many times as long as the answer to it. */
const UPLOAD_FACTOR = 10;

/** Sends allowed requests to the origin and brings its answers back. Bodies and WebSockets stream through untouched. */
export class Forwarder {
  readonly #rules: ForwardingRules;
  readonly #fetch: Fetch;
  readonly #foreign: ForeignHeaders;
  readonly #signer: AssertionSigner | undefined;
  /** Name, value, name, value: a third of the room of pairs. */
  readonly #identities = new WeakMap<VerifiedToken, readonly string[]>();

  /** @param signer signs an assertion for each request; undefined for none */
  constructor(rules: ForwardingRules, fetch: Fetch, signer: AssertionSigner | undefined) {
    this.#rules = rules;
    this.#fetch = fetch;
    this.#signer = signer;
    this.#foreign = new ForeignHeaders(rules.identityHeaders, rules.credentialSources);
  }

  /** @param now NumericDate in seconds */
  async forward(
    incoming: Request,
    decision: AllowAnonymous | AllowBearer,
    facts: RequestFacts,
    now: number,
  ): Promise<Forwarded> {
    const token = decision.as === "bearer" ? decision.token : undefined;
    const identity = token === undefined ? [] : this.#identityOf(token);
    if (identity === undefined) return { ok: false, failure: { reason: "identity_not_forwardable" } };

    const headers = this.#headers(incoming, decision, identity, facts);
    if (this.#signer !== undefined) {
      headers.set("x-jotgate-assertion", await this.#signer.sign(token, facts.requestId, now));
    }
    const target = this.#target(decision, facts.url);
    const init: RequestInit = { headers, redirect: "manual" };
    // What an origin answers one user must not come out of the platform's cache for the next.
    if (token !== undefined) init.cache = "no-store";
    // What the platform knows of the connection is of use to Workers only, and reading it takes a while.
    if (this.#rules.origin.kind === "binding" && incoming.cf) init.cf = incoming.cf as RequestInitCfProperties;
    const upload = watchUpload(incoming);
    if (upload !== undefined) {
      init.body = upload.body;
      init.signal = upload.ending.signal;
    }
    // The body of a GET can only be copied along with its request; any other request need not be copied, which costs a lot.
    const whole = upload === undefined && incoming.body !== null;
    if (!whole) init.method = facts.method;
    const response = await this.#send(whole ? new Request(target, incoming) : target, init, upload);
    return response instanceof Response
      ? { ok: true, response: toClient(response, token !== undefined, facts.requestId) }
      : { ok: false, failure: response };
  }

  #headers(
    incoming: Request,
    decision: AllowAnonymous | AllowBearer,
    identity: readonly string[],
    facts: RequestFacts,
  ): Headers {
    const headers = new Headers(incoming.headers);
    // A handshake is a GET (RFC 6455 §4.1). A preflight, which passes without a token, must not become one.
    if (facts.method !== "GET") headers.delete("upgrade");
    // Ours go in last, after everything that could remove or alias them is gone.
    removeCredentials(headers, decision, this.#rules.credentialSources);
    this.#foreign.remove(headers);
    setForwarded(headers, facts);
    headers.set(REQUEST_ID_HEADER, facts.requestId);
    for (let at = 0; at < identity.length; at += 2) headers.set(identity[at] as string, identity[at + 1] as string);
    return headers;
  }

  #identityOf(token: VerifiedToken): readonly string[] | undefined {
    const known = this.#identities.get(token);
    if (known !== undefined) return known;
    const values = writeIdentity(token, this.#rules.identityHeaders)?.flat();
    if (values !== undefined) this.#identities.set(token, values);
    return values;
  }

  /** Scheme, host and port are complete before the path comes: one like `//evil.example` cannot become an authority. */
  #target({ path }: AllowAnonymous | AllowBearer, url: URL): string {
    const { origin } = this.#rules;
    return `${origin.kind === "url" ? origin.url : url.origin}${path.text}${url.search}`;
  }

  async #send(
    target: string | Request,
    init: RequestInit,
    upload: Upload | undefined,
  ): Promise<Response | GatewayFailure> {
    const { originTimeout } = this.#rules;
    let timer: number | null = null;
    let response: Response;
    try {
      const answer = await new Promise<Response | typeof LATE>((resolve, reject) => {
        const giveUpAfter = (seconds: number) => setTimeout(resolve, seconds * 1000, LATE);
        // An upload has its own, longer time, so that an origin which never reads does not hold it for good.
        timer = giveUpAfter(originTimeout * (upload ? UPLOAD_FACTOR : 1));
        upload?.ended.then(() => {
          if (timer === null) return;
          clearTimeout(timer);
          timer = giveUpAfter(originTimeout);
        });
        this.#fetch(target, init).then(resolve, reject);
      });
      if (answer === LATE) {
        // Any other request the platform ends with the invocation: a signal for each would cost more than it is worth.
        upload?.ending.abort();
        return { reason: "origin_timeout" };
      }
      response = answer;
    } catch {
      return { reason: upload?.ending.signal.aborted ? "request_incomplete" : "origin_unreachable" };
    } finally {
      // From here on a response may take as long as it likes.
      clearTimeout(timer);
      timer = null;
    }
    const failure = this.#rules.origin.kind === "url" ? failureOf(response) : undefined;
    if (failure === undefined) return response;
    await response.body?.cancel();
    return failure;
  }
}

/** Statuses that Cloudflare itself answers when an origin on the network cannot be reached. */
const UNREACHABLE = [520, 521, 523, 525, 526, 530];
/** The same when it does not answer. */
const TIMED_OUT = [522, 524];

function failureOf({ status }: Response): GatewayFailure | undefined {
  if (UNREACHABLE.includes(status)) return { reason: "origin_unreachable" };
  return TIMED_OUT.includes(status) ? { reason: "origin_timeout" } : undefined;
}

function toClient(response: Response, authenticated: boolean, requestId: string): Response {
  const { webSocket } = response;
  const outgoing = webSocket
    ? new Response(null, { status: response.status, headers: response.headers, webSocket })
    : new Response(response.body, response);
  const { headers } = outgoing;
  removeConnectionHeaders(headers);
  headers.set(REQUEST_ID_HEADER, requestId);
  if (authenticated) keepPrivate(headers);
  return outgoing;
}

/** What the client connected to; the origin only sees its own name. The address is Cloudflare's word, not the client's. */
function setForwarded(headers: Headers, { host, scheme, header }: RequestFacts): void {
  headers.set("x-forwarded-host", host);
  headers.set("x-forwarded-proto", scheme);
  const address = header("cf-connecting-ip");
  if (address !== null) headers.set("x-forwarded-for", address);
}
