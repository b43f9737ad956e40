import type { AllowAnonymous, AllowBearer } from "../model/decision.ts";
import type { ForwardingRules } from "../model/forwarding.ts";
import type { GatewayFailure } from "../model/refusal.ts";
import type { AssertionSigner } from "./assertion.ts";
import { keepPrivate } from "./cache-privacy.ts";
import { ForeignHeaders, removeConnectionHeaders } from "./foreign-headers.ts";
import { writeIdentity } from "./identity.ts";
import { removeCredentials } from "./remove-credentials.ts";
import { REQUEST_ID_HEADER, type RequestFacts } from "./respond.ts";
import { type Upload, watchUpload } from "./upload.ts";

/** Whatever answers requests: the network, or a service binding. */
export type Fetch = (request: Request, init: RequestInit) => Promise<Response>;

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
    const identity = token === undefined ? [] : writeIdentity(token, this.#rules.identityHeaders);
    if (identity === undefined) return { ok: false, failure: { reason: "identity_not_forwardable" } };

    const upload = watchUpload(incoming);
    const outgoing = new Request(
      this.#target(decision, facts.url),
      upload ? withBody(incoming, upload.body) : incoming,
    );
    const { headers } = outgoing;
    // Ours go in last, after everything that could remove or alias them is gone.
    this.#foreign.remove(headers);
    removeCredentials(headers, decision, this.#rules.credentialSources);
    setForwarded(headers, incoming, facts.url);
    headers.set(REQUEST_ID_HEADER, facts.requestId);
    for (const [name, value] of identity) headers.set(name, value);
    if (this.#signer !== undefined) {
      headers.set("x-jotgate-assertion", await this.#signer.sign(token, facts.requestId, now));
    }
    return this.#send(outgoing, upload, token !== undefined, facts);
  }

  /** Path and query are assigned on a fixed origin: a path like `//evil.example` must not become an authority. */
  #target({ path }: AllowAnonymous | AllowBearer, url: URL): string {
    const { origin } = this.#rules;
    const target = new URL(origin.kind === "url" ? origin.url : url.origin);
    target.pathname = path.text;
    target.search = url.search;
    return target.href;
  }

  async #send(
    outgoing: Request,
    upload: Upload | undefined,
    authenticated: boolean,
    facts: RequestFacts,
  ): Promise<Forwarded> {
    const controller = new AbortController();
    const abortAfter = (seconds: number) => setTimeout(() => controller.abort(), seconds * 1000);
    const { originTimeout } = this.#rules;
    // An upload has its own, longer time, so that an origin which never reads does not hold it for good.
    let timer: number | null = abortAfter(upload === undefined ? originTimeout : originTimeout * UPLOAD_FACTOR);
    void upload?.ended.then(() => {
      if (timer === null) return;
      clearTimeout(timer);
      timer = abortAfter(originTimeout);
    });
    let response: Response;
    try {
      response = await this.#fetch(outgoing, {
        redirect: "manual",
        signal: controller.signal,
        // What an origin answers one user must not come out of the platform's cache for the next.
        ...(authenticated && { cache: "no-store" }),
      });
    } catch {
      return { ok: false, failure: { reason: controller.signal.aborted ? "origin_timeout" : "origin_unreachable" } };
    } finally {
      // From here on a response may take as long as it likes.
      clearTimeout(timer);
      timer = null;
    }
    const failure = this.#rules.origin.kind === "url" ? failureOf(response) : undefined;
    if (failure !== undefined) {
      await response.body?.cancel();
      return { ok: false, failure };
    }
    return { ok: true, response: toClient(response, authenticated, facts.requestId) };
  }
}

/** Statuses that Cloudflare itself answers when an origin on the network cannot be reached or does not answer. */
function failureOf({ status }: Response): GatewayFailure | undefined {
  switch (status) {
    case 520:
    case 521:
    case 523:
    case 525:
    case 526:
    case 530:
      return { reason: "origin_unreachable" };
    case 522:
    case 524:
      return { reason: "origin_timeout" };
    default:
      return undefined;
  }
}

function toClient(response: Response, authenticated: boolean, requestId: string): Response {
  const { webSocket } = response;
  const outgoing = webSocket
    ? new Response(null, { status: response.status, headers: response.headers, webSocket })
    : new Response(response.body, response);
  removeConnectionHeaders(outgoing.headers);
  outgoing.headers.set(REQUEST_ID_HEADER, requestId);
  if (authenticated) keepPrivate(outgoing.headers);
  return outgoing;
}

function withBody(incoming: Request, body: ReadableStream): RequestInit {
  const { method, headers, redirect, cf } = incoming;
  return { method, headers, redirect, body, ...(cf && { cf: cf as RequestInitCfProperties }) };
}

/** What the client connected to; the origin only sees its own name. The address is Cloudflare's word, not the client's. */
function setForwarded(headers: Headers, incoming: Request, url: URL): void {
  headers.set("x-forwarded-host", url.host);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  const address = incoming.headers.get("cf-connecting-ip");
  if (address !== null) headers.set("x-forwarded-for", address);
}
