import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { valuesOf } from "../support/arrival.ts";
import { type Answering, KeyEndpoint, serve, serveAfter } from "../support/key-endpoint.ts";
import { Origin } from "../support/origin.ts";
import { trust } from "../support/trust.ts";
import { send, textOf, type WireResponse } from "../support/wire-client.ts";
import { WireGuard } from "../support/wire-guard.ts";

/** One load of keys may take three seconds; nobody waits for much longer. */
const DEADLINE_MS = 5_000;

/** After the first failure a guard waits a second before it asks again. */
const WITHIN_ITS_BACK_OFF = { timeout: 5_000, interval: 250 };

const FAULTS: readonly { readonly what: string; readonly answering: Answering }[] = [
  { what: "hangs up", answering: (response) => response.destroy() },
  { what: "never answers", answering: () => {} },
  { what: "answers after the deadline", answering: serveAfter(4_000) },
  {
    what: "stops in the middle",
    answering: (response, jwks) => {
      response.write(jwks.slice(0, 20));
    },
  },
  { what: "answers 500", answering: (response) => response.writeHead(500).end() },
  { what: "answers 404", answering: (response) => response.writeHead(404).end() },
  { what: "answers 204", answering: (response) => response.writeHead(204).end() },
  {
    what: "redirects to where the keys are",
    answering: (response) => response.writeHead(302, { location: "/good" }).end(),
  },
  { what: "answers an empty body", answering: (response) => response.end() },
  { what: "answers a page of HTML", answering: (response) => response.end("<html>Back soon</html>") },
  { what: "answers what is not UTF-8", answering: (response) => response.end(Buffer.from([0x7b, 0xff, 0x7d])) },
  { what: "answers JSON that is no JWK Set", answering: (response) => response.end('{"keys":"none"}') },
  { what: "answers null", answering: (response) => response.end("null") },
  { what: "answers an empty JWK Set", answering: (response) => response.end('{"keys":[]}') },
  {
    what: "answers keys that cannot verify",
    answering: (response) => response.end('{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"EC"},null,7]}'),
  },
  {
    what: "answers more than 64 KiB",
    answering: (response, jwks) => response.end(jwks + " ".repeat(64 * 1024)),
  },
  {
    what: "never stops to answer",
    answering: (response) => {
      const flood = () => {
        while (!response.destroyed && response.write(" ".repeat(4_096)));
        response.once("drain", flood);
      };
      flood();
    },
  },
  {
    what: "answers more than 100 keys",
    answering: (response, jwks) => {
      const { keys } = JSON.parse(jwks) as { keys: unknown[] };
      response.end(JSON.stringify({ keys: [...keys, ...Array.from({ length: 100 }, () => ({ kty: "oct" }))] }));
    },
  },
];

describe("a guard whose issuer's key endpoint", () => {
  let origin: Origin;
  let endpoint: KeyEndpoint;
  let guard: WireGuard;
  let issuer: TestIssuer;

  beforeAll(async () => {
    origin = await Origin.start();
    issuer = await TestIssuer.create();
    endpoint = await KeyEndpoint.start([issuer.publicJwk]);
    const paths = ["/good", "/slow", ...FAULTS.map((_, index) => `/fault-${index}`)];
    guard = await WireGuard.start({
      ORIGIN: origin.url,
      ISSUERS: paths.map((path) => trust(issuer, { issuer: issuerAt(path), jwksUri: endpoint.url + path })),
      ROUTES: [{ path: "/*", access: "bearer" }],
    });
  });

  afterAll(async () => {
    await guard.stop();
    await endpoint.stop();
    await origin.stop();
  });

  /** The issuer whose keys are at this path. All sign with the same key. */
  const issuerAt = (path: string) => `https://issuer.example${path}`;

  async function presentTokenOf(path: string): Promise<WireResponse> {
    const token = await issuer.sign(issuer.claims({ iss: issuerAt(path) }));
    return send(guard.url, { path: "/", headers: { Authorization: `Bearer ${token}` } });
  }

  it("answers, also slowly, forwards", async () => {
    endpoint.behave("/slow", serveAfter(1_500));
    expect((await presentTokenOf("/good")).status).toBe(200);
    expect((await presentTokenOf("/slow")).status).toBe(200);
  });

  it.concurrent.each(FAULTS.map(({ what, answering }, index) => ({ what, answering, path: `/fault-${index}` })))(
    "$what says in time that it could not find out, and goes on when the endpoint is well",
    async ({ answering, path }) => {
      endpoint.behave(path, answering);
      const startedAt = Date.now();
      const response = await presentTokenOf(path);
      expect(Date.now() - startedAt).toBeLessThan(DEADLINE_MS);
      expect(response.status).toBe(503);
      expect(JSON.parse(textOf(response))).toMatchObject({ status: 503, code: "unavailable" });
      expect(valuesOf(response, "retry-after")).toEqual(["5"]);
      expect(valuesOf(response, "www-authenticate")).toEqual([]);
      const [requestId] = valuesOf(response, "x-jotgate-request-id");
      const decision = guard.decisions.find((each) => each.requestId === requestId);
      expect(decision).toMatchObject({ outcome: "indeterminate", reason: "keys_unavailable" });
      expect(endpoint.fetchesOf(path)).toBe(1);

      endpoint.behave(path, serve);
      await vi.waitFor(async () => expect((await presentTokenOf(path)).status).toBe(200), WITHIN_ITS_BACK_OFF);
    },
  );
});
