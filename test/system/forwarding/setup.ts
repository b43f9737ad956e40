import { afterAll, beforeAll } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import type { Arrival } from "../support/arrival.ts";
import type { Vars } from "../support/guard.ts";
import { Origin } from "../support/origin.ts";
import { trust } from "../support/trust.ts";
import { send, textOf, type WireRequest, type WireResponse } from "../support/wire-client.ts";
import { WireGuard } from "../support/wire-guard.ts";

const TOKEN_SOURCES = ["authorization", { header: "X-Api-Token" }, { cookie: "session" }];

const ROUTES = [
  { path: "/public/*", access: "public" },
  { path: "/optional/*", access: "optional" },
  { path: "/with-token/*", access: "bearer", forwardToken: true },
  { path: "/cors/*", methods: ["PUT"], access: "bearer", passPreflight: true },
  { path: "/*", access: "bearer" },
];

/** Guard, origin and issuer for one test file, on real sockets. */
export interface Scene {
  readonly guard: WireGuard;
  readonly origin: Origin;
  readonly issuer: TestIssuer;
  /** A token for `alice` that is good for an hour of tests. */
  readonly token: string;
  /** Sends a request as it is. */
  send(request: WireRequest): Promise<WireResponse>;
  /** Sends a request with alice's token in `Authorization`. */
  sendAsAlice(request: WireRequest): Promise<WireResponse>;
  /** The request as it reached the origin, which answered with it. */
  arrivalOf(response: WireResponse): Arrival;
}

/** Sets the scene before a file's tests and clears it afterwards. */
export function setScene(vars: Vars = {}): () => Scene {
  let scene: Scene | undefined;

  beforeAll(async () => {
    const origin = await Origin.start();
    const issuer = await TestIssuer.create();
    const token = await issuer.sign(issuer.claims({ role: "editor" }));
    const guard = await WireGuard.start({
      ORIGIN: origin.url,
      ISSUERS: [trust(issuer, { tokenSources: TOKEN_SOURCES })],
      ROUTES,
      IDENTITY_HEADERS: { claims: [{ claim: "role", header: "X-Role" }] },
      ...vars,
    });
    scene = {
      guard,
      origin,
      issuer,
      token,
      send: (request) => send(guard.url, request),
      sendAsAlice: (request) =>
        send(guard.url, { ...request, headers: { ...request.headers, Authorization: `Bearer ${token}` } }),
      arrivalOf: (response) => JSON.parse(textOf(response)) as Arrival,
    };
  });

  afterAll(async () => {
    await scene?.guard.stop();
    await scene?.origin.stop();
  });

  return () => {
    if (scene === undefined) throw new Error("the scene is set in beforeAll");
    return scene;
  };
}
