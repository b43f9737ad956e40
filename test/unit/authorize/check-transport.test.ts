import { expect, it } from "vitest";
import { checkTransport } from "../../../src/authorize/check-transport.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, configFor, settingsFor } from "../support.ts";
import { outcome } from "./guard.ts";

const issuer = await TestIssuer.create();

function check(scheme: "http" | "https", host: string, setting: Record<string, unknown>, forGuard = false) {
  const route = { path: "/*", access: "public", ...(forGuard ? {} : setting) };
  const config = { ...configFor(issuer, {}, [route]), ...(forGuard ? setting : {}) };
  const [rule] = settingsFor(config).rules.routes;
  if (rule === undefined) throw new Error("no route");
  return outcome(checkTransport(accessRequest({ scheme, host }), rule));
}

const refused = { reason: "https_required", redirect: false };
const redirected = { reason: "https_required", redirect: true };

it.each([
  ["https", "guard.example", {}, "pass"],
  ["https", "guard.example", { requireHttps: true }, "pass"],
  ["https", "guard.example", { requireHttps: "redirect" }, "pass"],
  ["https", "guard.example", { requireHttps: false }, "pass"],
  ["http", "guard.example", {}, refused],
  ["http", "localhost", {}, "pass"],
  ["http", "localhost:8787", {}, "pass"],
  ["http", "127.0.0.1:8787", {}, "pass"],
  ["http", "localhost.guard.example", {}, refused],
  ["http", "guard.example", { requireHttps: true }, refused],
  ["http", "localhost", { requireHttps: true }, refused],
  ["http", "guard.example", { requireHttps: "redirect" }, redirected],
  ["http", "localhost", { requireHttps: "redirect" }, redirected],
  ["http", "guard.example", { requireHttps: false }, "pass"],
] as const)("%s to %s with %j: %j", (scheme, host, setting, expected) => {
  expect(check(scheme, host, setting)).toEqual(expected);
  expect(check(scheme, host, setting, true)).toEqual(expected);
});

it("follows the route where guard and route differ", () => {
  const config = {
    ...configFor(issuer, {}, [{ path: "/*", access: "public", requireHttps: false }]),
    requireHttps: true,
  };
  expect(settingsFor(config).rules.routes[0]?.requireHttps).toBe("never");
});
