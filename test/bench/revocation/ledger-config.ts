import { AUDIENCE, ISSUER } from "../tokens.ts";
import type { Ports } from "../upstream/messages.ts";
import { deployedSettings } from "../workerd-config.ts";

/**
 * Two Workers, each with an isolate of its own: one holds the ledger, the other asks it. What is asked travels as it does between
 * any guard and the ledger, but for the network.
 *
 * @param disk an empty folder for the ledger
 */
export function ledgerConfig({ ports, jwks, disk }: { ports: Ports; jwks: object; disk: string }): string {
  const { compatibilityDate, compatibilityFlags } = deployedSettings;
  const common = `compatibilityDate = "${compatibilityDate}", compatibilityFlags = ${compatibilityFlags}`;
  const issuers = [{ issuer: ISSUER, audiences: [AUDIENCE], algorithms: ["ES256"], ...jwks }];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "mirror", worker = .mirror),
    (name = "ledger", worker = .ledger),
    (name = "store", external = (address = "127.0.0.1:${ports.store}", http = ())),
    (name = "disk", disk = (path = ${JSON.stringify(disk)}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "mirror")],
);

const mirror :Workerd.Worker = (
  modules = [(name = "mirror.js", esModule = embed "mirror.js")],
  bindings = [(name = "LEDGER", durableObjectNamespace = (className = "Ledger", serviceName = "ledger"))],
  ${common},
);

const ledger :Workerd.Worker = (
  modules = [(name = "ledger.js", esModule = embed "ledger.js")],
  durableObjectNamespaces = [(className = "Ledger", uniqueKey = "ledger", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [
    (name = "REVOCATIONS", kvNamespace = "store"),
    (name = "REVOCATION_KEY", text = "a key for a benchmark, no secret at all"),
    (name = "ORIGIN", text = "http://127.0.0.1:${ports.origin}"),
    (name = "ISSUERS", json = ${JSON.stringify(JSON.stringify(issuers))}),
    (name = "ROUTES", json = ${JSON.stringify(JSON.stringify([{ path: "/*", access: "bearer" }]))}),
    (name = "LEDGER", durableObjectNamespace = "Ledger"),
    # What the measurements put into the ledger is not in KV, and is not to be missed there.
    (name = "SCAN_INTERVAL", json = "3600"),
  ],
  ${common},
);
`;
}
