import { createExecutionContext } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import { createJotgate } from "../../../src/create-jotgate.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, ENVIRONMENT } from "../support.ts";

afterEach(() => vi.restoreAllMocks());

it.each(["http://guard.example, guard.example/a", "http://guard example/a", "http://guard.example:99999/a"])(
  "a request whose Host field makes it %s is refused and recorded like every other",
  async (url) => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const fetched = vi.spyOn(globalThis, "fetch");
    const { fetch } = createJotgate(configFor(await TestIssuer.create(), {}, [{ path: "/*", access: "public" }]));
    // No client of this runtime writes such a URL; its HTTP server passes them on.
    const request = { url, method: "GET", headers: new Headers(), body: null } as unknown as Request;
    const response = await fetch(request, ENVIRONMENT, createExecutionContext());
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_request" });
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({ reason: "path_ambiguous", status: 400 });
    expect(fetched).not.toHaveBeenCalled();
  },
);
