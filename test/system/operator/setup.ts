import { afterAll, beforeAll } from "vitest";
import type { HistoryEntry } from "../../../src/model/ledger-desk.ts";
import type { Problem } from "../../../src/model/problem.ts";
import type { Acknowledgement, StoredRecord } from "../../../src/model/revocation-command.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard, type Sending } from "../support/guard.ts";
import { KeyEndpoint } from "../support/key-endpoint.ts";
import { Origin } from "../support/origin.ts";
import { TestOperator } from "../support/test-operator.ts";
import { EVERYTHING_GUARDED, trust } from "../support/trust.ts";
import { DescribedApi } from "./described-api.ts";

export const ISSUER = "https://issuer.example";
export const OPERATORS_AUDIENCE = "https://api.example/_jotgate";
export const ACCESS_AUDIENCE = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";

export const ada = new TestOperator("ada", "admin");
export const rita = new TestOperator("rita", "revoker");
export const vera = new TestOperator("vera", "viewer");

/** What tests look for in answers, whatever their shape: the description says what is there. */
export interface Body {
  readonly name: string;
  readonly sequence: number;
  readonly record: StoredRecord;
  readonly before: StoredRecord | null;
  readonly problems: readonly Problem[];
  readonly results: readonly { readonly ok: boolean; readonly acknowledgement?: Acknowledgement }[];
  readonly records: readonly { readonly record: StoredRecord | null }[];
  readonly entries: readonly HistoryEntry[];
  readonly next: number | string | null;
  readonly decision: { readonly outcome: string };
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined for none. */
  readonly body: Body;
}

/** A guard with a ledger and every kind of operator, and the issuers that they come from. */
export interface OperatorScene {
  readonly guard: Guard;
  readonly issuer: TestIssuer;
  readonly staff: TestIssuer;
  /** Cloudflare Access, as far as it signs. */
  readonly team: TestIssuer;
  /** Sends a request to the API; every answer is held against its description. */
  send(path: string, init?: Sending): Promise<Answered>;
  /** The same as an operator with a secret; a body makes it a POST. */
  as(operator: TestOperator, path: string, body?: unknown): Promise<Answered>;
}

/** Sets the scene before a file's tests and clears it afterwards. */
export function setScene(vars: Record<string, unknown> = {}): () => OperatorScene {
  let scene: OperatorScene | undefined;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const origin = await Origin.start();
    closing.push(() => origin.stop());
    const issuer = await TestIssuer.create(ISSUER);
    const staff = await TestIssuer.create("https://staff.example");
    const keys = await TestIssuer.create("https://team.example", "RS256");
    const endpoint = await KeyEndpoint.start([keys.publicJwk]);
    closing.push(() => endpoint.stop());
    const guard = await Guard.start(
      {
        ORIGIN: origin.url,
        ISSUERS: [trust(issuer, { tokenVersionClaim: "ver" })],
        ROUTES: EVERYTHING_GUARDED,
        OPERATORS: [ada.entry, rita.entry, vera.entry],
        OPERATOR_ISSUER: trust(staff, { audiences: [OPERATORS_AUDIENCE] }),
        OPERATOR_ACCESS: {
          team: endpoint.url,
          audience: ACCESS_AUDIENCE,
          roles: [{ email: "olga@example.com", role: "viewer" }],
        },
        SELF_REVOCATION: true,
        STALENESS_BOUND: 2,
        ...vars,
      },
      { configPath: "ledger.toml" },
    );
    closing.push(() => guard.stop());
    const api = new DescribedApi();
    const send = async (path: string, init: Sending = {}): Promise<Answered> => {
      const response = await guard.fetch(`/_jotgate/v1${path}`, init);
      const text = await response.text();
      const { status, headers } = response;
      api.check(init.method ?? "GET", path, { status, type: headers.get("content-type"), text });
      return { status, headers, body: text === "" ? undefined : JSON.parse(text) };
    };
    const as = (operator: TestOperator, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${operator.secret}`, "content-type": "application/json" };
      return send(path, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
    };
    scene = { guard, issuer, staff, team: Object.assign(Object.create(keys), { issuer: endpoint.url }), send, as };
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  return () => {
    if (scene === undefined) throw new Error("the scene is set in beforeAll");
    return scene;
  };
}
