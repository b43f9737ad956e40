import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import { createHandler } from "../../../src/create-handler.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, ENVIRONMENT } from "../support.ts";

const issuer = await TestIssuer.create();

afterEach(() => void vi.restoreAllMocks());

const named = (setting: string) => setting;

async function ask(handler: ReturnType<typeof createHandler>): Promise<number> {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("hello"));
  vi.spyOn(console, "log").mockImplementation(() => {});
  const lifetime = createExecutionContext();
  const headers = { authorization: `Bearer ${await issuer.sign()}` };
  const response = await handler.fetch(new Request("https://guard.example/", { headers }), ENVIRONMENT, lifetime);
  await waitOnExecutionContext(lifetime);
  return response.status;
}

it("a guard that knows its environment early has configuration and keys before the first request", async () => {
  const read = vi.fn(() => configFor(issuer));
  const handler = createHandler(read, named, ENVIRONMENT);
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const imported = vi.spyOn(crypto.subtle, "importKey");
  expect(await ask(handler)).toBe(200);
  expect(read).toHaveBeenCalledTimes(1);
  expect(imported).not.toHaveBeenCalled();
});

it("a request that comes before that is configured for by itself", async () => {
  expect(await ask(createHandler(() => configFor(issuer), named, ENVIRONMENT))).toBe(200);
});

it("what is wrong early counts only if it is wrong for the first request, too", async () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  const handler = createHandler(() => configFor(issuer), named, {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(errors).not.toHaveBeenCalled();
  expect(await ask(handler)).toBe(200);
});

it("a defect early is none for the first request", async () => {
  const read = vi.fn(() => configFor(issuer));
  read.mockImplementationOnce(() => {
    throw new Error("not before the first request");
  });
  const handler = createHandler(read, named, ENVIRONMENT);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await ask(handler)).toBe(200);
});
