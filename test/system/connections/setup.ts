import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll } from "vitest";
import { WebSocket } from "ws";
import { TestIssuer } from "../../support/test-issuer.ts";
import type { RevocationRecords } from "../support/revocation-records.ts";
import { trust } from "../support/trust.ts";
import { open, responseTo } from "../support/wire-client.ts";
import { WireGuard } from "../support/wire-guard.ts";
import { ConnectionOrigin } from "./origin.ts";

/** Guard, origin and issuer for one test file, on real sockets. */
export interface Scene {
  readonly guard: WireGuard;
  readonly origin: ConnectionOrigin;
  readonly issuer: TestIssuer;
  readonly records: RevocationRecords;
  /** A WebSocket with this token that is being opened. */
  dial(token: string): WebSocket;
  /** A WebSocket with this token that is open at both ends. */
  connect(token: string): Promise<WebSocket>;
  /** Opens an event stream with this token. */
  listen(token: string, path?: string): Promise<IncomingMessage>;
}

/** Sets the scene before a file's tests and clears it afterwards. The issuer's tokens are good to the second. */
export function setScene(): () => Scene {
  let scene: Scene | undefined;

  beforeAll(async () => {
    const origin = await ConnectionOrigin.start();
    const issuer = await TestIssuer.create();
    const guard = await WireGuard.start({
      ORIGIN: origin.url,
      ISSUERS: [trust(issuer, { clockTolerance: 0 })],
      ROUTES: [
        { path: "/public/*", access: "public" },
        { path: "/*", access: "bearer" },
      ],
    });
    const dial = (token: string) =>
      new WebSocket(`ws://${guard.url.host}/socket`, { headers: { authorization: `Bearer ${token}` } });
    scene = {
      guard,
      origin,
      issuer,
      records: await guard.openRecords(),
      dial,
      async connect(token) {
        const socket = dial(token);
        await once(socket, "open");
        return socket;
      },
      listen(token, path = "/events") {
        const sent = open(guard.url, { path, headers: { Authorization: `Bearer ${token}` } });
        const response = responseTo(sent);
        sent.end();
        return response;
      },
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
