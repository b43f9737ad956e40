import { describe, expect, it } from "vitest";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer, problemsOf, withGuard } from "./problems.ts";

const LEDGER = { idFromName: () => {}, get: () => {} };
const WITH_LEDGER = { ...ENVIRONMENT, LEDGER };
const NO_EFFECT = "has no effect without a ledger";

function routeSettings(route: Record<string, unknown>) {
  const config = configFor(issuer, {}, [{ path: "/*", access: "bearer", ...route }]);
  const { revocation, onStaleMirror } = settingsFor(config, WITH_LEDGER).rules.routes[0] ?? {};
  return { revocation, onStaleMirror };
}

describe("without a ledger", () => {
  it("KV alone is read", () => {
    expect(settingsFor(configFor(issuer)).ledger).toBeUndefined();
  });

  it.each([
    [{ stalenessBound: 5 }, `stalenessBound ${NO_EFFECT}`],
    [{ scanInterval: 15 }, `scanInterval ${NO_EFFECT}`],
  ])("its settings are mistakes: %j", (settings, problem) => {
    expect(withGuard(settings)).toEqual([problem]);
  });

  it.each([
    [{ revocation: "strict" }, [`routes[0].revocation ${NO_EFFECT}`]],
    [{ revocation: "bounded" }, [`routes[0].revocation ${NO_EFFECT}`]],
    [{ onStaleMirror: "deny" }, [`routes[0].onStaleMirror ${NO_EFFECT}`]],
  ])("a route's demands on it are mistakes: %j", (demands, problems) => {
    expect(problemsOf(configFor(issuer, {}, [{ path: "/*", access: "bearer", ...demands }]))).toEqual(problems);
  });
});

describe("with a ledger", () => {
  it("knowledge may be 5 seconds old, KV is scanned every 15, and history is kept for 90 days", () => {
    expect(settingsFor(configFor(issuer), WITH_LEDGER).ledger).toEqual({
      ...{ stalenessBound: 5, scanInterval: 15, auditRetention: 90 },
    });
  });

  it.each([
    ["stalenessBound", 1.9, false],
    ["stalenessBound", 2, true],
    ["stalenessBound", 300, true],
    ["stalenessBound", 301, false],
    ["scanInterval", 4, false],
    ["scanInterval", 5, true],
    ["scanInterval", 3600, true],
    ["scanInterval", 3601, false],
    ["auditRetention", 0.9, false],
    ["auditRetention", 1, true],
    ["auditRetention", 3650, true],
    ["auditRetention", 3651, false],
  ])("%s = %d", (setting, value, fits) => {
    expect(withGuard({ [setting]: value }, WITH_LEDGER)).toEqual(fits ? [] : [`${setting} does not fit`]);
  });

  it.each([
    [{}, { revocation: "bounded", onStaleMirror: "kv" }],
    [{ onStaleMirror: "deny" }, { revocation: "bounded", onStaleMirror: "deny" }],
    [{ revocation: "strict" }, { revocation: "strict", onStaleMirror: "deny" }],
    [
      { revocation: "strict", onStaleMirror: "kv" },
      { revocation: "strict", onStaleMirror: "kv" },
    ],
  ])("a route that says %j demands %j", (said, demanded) => {
    expect(routeSettings(said)).toEqual(demanded);
  });

  it.each([{ revocation: "linear" }, { onStaleMirror: "allow" }])("nothing else can be demanded: %j", (demands) => {
    const config = configFor(issuer, {}, [{ path: "/*", access: "bearer", ...demands }]);
    expect(problemsOf(config, WITH_LEDGER)).toEqual([`routes[0].${Object.keys(demands)[0]} does not fit`]);
  });

  it("public routes demand nothing of it", () => {
    const config = configFor(issuer, {}, [{ path: "/*", access: "public", revocation: "strict", onStaleMirror: "kv" }]);
    expect(problemsOf(config, WITH_LEDGER)).toEqual([
      "routes[0].revocation has no effect on a public route",
      "routes[0].onStaleMirror has no effect on a public route",
    ]);
  });

  it.each([["text"], [{}], [null], [{ get: () => {} }]])(
    "the binding has to be a Durable Object namespace: %j",
    (binding) => {
      expect(withGuard({}, { ...ENVIRONMENT, LEDGER: binding })).toEqual(["LEDGER is no Durable Object namespace"]);
    },
  );
});
