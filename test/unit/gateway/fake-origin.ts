import { type Fetch, type Forwarded, Forwarder } from "../../../src/gateway/forwarder.ts";
import { readFacts } from "../../../src/gateway/request-facts.ts";
import type { AllowAnonymous, AllowBearer } from "../../../src/model/decision.ts";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer } from "./decisions.ts";

/** An origin that notes what reaches it and answers what a test wants. */
export class FakeOrigin {
  readonly requests: Request[] = [];
  answer: (request: Request) => Response | Promise<Response> = () => new Response("hello");

  readonly fetch: Fetch = async (target, init) => {
    const request = new Request(target, init);
    this.requests.push(request);
    return this.answer(request);
  };

  /** The only request that came. */
  get request(): Request {
    const [request] = this.requests;
    if (request === undefined || this.requests.length > 1) throw new Error(`${this.requests.length} requests came`);
    return request;
  }

  forwarder(config: Record<string, unknown> = {}): Forwarder {
    const env = { ...ENVIRONMENT, ORIGIN: { fetch: this.fetch } };
    return new Forwarder(settingsFor({ ...configFor(issuer), ...config }, env).forwarding, this.fetch, undefined);
  }

  /** Forwards `incoming` as the gateway does once it was decided. */
  forward(
    decision: AllowAnonymous | AllowBearer,
    incoming = new Request("https://guard.example/"),
    forwarder = this.forwarder(),
  ): Promise<Forwarded> {
    const facts = { ...readFacts(incoming), requestId: "request-1" };
    return forwarder.forward(incoming, decision, facts, 1_800_000_000);
  }
}

/** The response of a request that was forwarded. */
export function answered(forwarded: Forwarded): Response {
  if (!forwarded.ok) throw new Error(forwarded.failure.reason);
  return forwarded.response;
}
