import { readFileSync } from "node:fs";
import type { Contestant } from "./contestants.ts";
import { AUDIENCE, ISSUER } from "./tokens.ts";
import type { Ports } from "./upstream/messages.ts";

/** Everyone runs as Jotgate is deployed: same date, same flags. */
const DEPLOYED = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");
export const deployedSettings = {
  compatibilityDate: setting("compatibility_date", /"([\d-]+)"/),
  /** As Cap'n Proto and TOML both write a list. */
  compatibilityFlags: setting("compatibility_flags", /(\[.*\])/),
};

const COUNTING_LEDGER = readFileSync(new URL("counting-ledger.js", import.meta.url), "utf8");

/**
 * Writes the configuration of `workerd serve`: one Worker on one loopback port, nothing in between.
 *
 * @param script path of the built Worker, relative to the configuration
 * @param disk an empty folder for the ledger
 */
export function workerdConfig(
  contestant: Contestant,
  script: string,
  { ports, jwks, disk }: { readonly ports: Ports; readonly jwks: object; readonly disk: string },
): string {
  const bindings = (contestant.worker === "jotgate" ? jotgateBindings : peerBindings)(ports, jwks, contestant);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "contestant", worker = .contestant),
    (name = "store", external = (address = "127.0.0.1:${ports.store}", http = ())),
    (name = "tally", external = (address = "127.0.0.1:${ports.tally}", http = ())),
    (name = "disk", disk = (path = ${quote(disk)}, writable = true)),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "contestant")],
);

const contestant :Workerd.Worker = (
  modules = [
    ${modulesOf(contestant, script).join(",\n    ")},
  ],
  compatibilityDate = ${quote(deployedSettings.compatibilityDate)},
  compatibilityFlags = ${deployedSettings.compatibilityFlags},${contestant.ledger ? LEDGER_STORAGE : ""}
  bindings = [
    ${bindings.join(",\n    ")},
  ],
);
`;
}

const LEDGER_STORAGE = `
  durableObjectNamespaces = [(className = "Ledger", uniqueKey = "ledger", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),`;

function modulesOf({ ledger }: Contestant, script: string): string[] {
  const worker = `(name = "worker.js", esModule = embed ${quote(script)})`;
  // The first one is the Worker.
  return ledger ? [`(name = "counting-ledger.js", esModule = ${quote(COUNTING_LEDGER)})`, worker] : [worker];
}

function peerBindings(ports: Ports, jwks: object): string[] {
  return [
    textBinding("TARGET", `http://127.0.0.1:${ports.origin}`),
    textBinding("ISSUER", ISSUER),
    textBinding("AUDIENCE", AUDIENCE),
    jsonBinding("JWKS", jwks),
    textBinding("JWKS_URI", keySetUrl(ports)),
    '(name = "KV", kvNamespace = "store")',
  ];
}

function jotgateBindings(ports: Ports, jwks: object, { keys, ledger, settings = {} }: Contestant): string[] {
  const source = keys === "jwks_uri" ? { jwksUri: keySetUrl(ports) } : jwks;
  return [
    textBinding("ORIGIN", `http://127.0.0.1:${ports.origin}`),
    jsonBinding("ISSUERS", [{ issuer: ISSUER, audiences: [AUDIENCE], algorithms: ["ES256"], ...source }]),
    jsonBinding("ROUTES", [
      { path: "/health", methods: ["GET"], access: "public" },
      { path: "/api/*", access: "bearer", scopes: ["items:read"] },
    ]),
    ...Object.entries(settings).map(([name, value]) => jsonBinding(name, value)),
    '(name = "REVOCATIONS", kvNamespace = "store")',
    textBinding("REVOCATION_KEY", "a key for a benchmark, no secret at all"),
    ...(ledger ? ['(name = "LEDGER", durableObjectNamespace = "Ledger")', '(name = "TALLY", service = "tally")'] : []),
  ];
}

function keySetUrl({ keySet }: Ports): string {
  return `http://127.0.0.1:${keySet}/jwks.json`;
}

function textBinding(name: string, value: string): string {
  return `(name = ${quote(name)}, text = ${quote(value)})`;
}

function jsonBinding(name: string, value: unknown): string {
  return `(name = ${quote(name)}, json = ${quote(JSON.stringify(value))})`;
}

/** Cap'n Proto's text format escapes as JSON does, as far as these values go. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function setting(name: string, value: RegExp): string {
  const line = DEPLOYED.split("\n").find((candidate) => candidate.startsWith(`${name} = `)) ?? "";
  const found = value.exec(line)?.[1];
  if (found === undefined) throw new Error(`wrangler.toml has no ${name}.`);
  return found;
}
