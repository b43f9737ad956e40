import { createHash, timingSafeEqual } from "node:crypto";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { decodeOperatorSettings } from "../../../src/config/decode-operator-settings.ts";
import type { Attempt, LedgerDesk } from "../../../src/model/ledger-desk.ts";
import { answerOperator } from "../../../src/operator/operator-api.ts";
import { ApiMemory } from "../../../src/operator/parts.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { ENVIRONMENT, fieldsIn, keysOf, NOTHING_REVOKED, settingsOf } from "./guard.ts";
import { AUDIENCE, ISSUERS, NOW, SIGNERS } from "./trusted.ts";

// workerd has it, Node does not.
Object.assign(crypto.subtle, { timingSafeEqual });

const OPERATORS = (["viewer", "revoker", "admin"] as const).map((role) => ({
  ...{ name: role, role },
  secretHash: createHash("sha256").update(secretOf(role)).digest("hex"),
}));

const settings = settingsOf(
  ISSUERS,
  [{ path: "/*", access: "bearer" }],
  { operators: OPERATORS, selfRevocation: true },
  { ...ENVIRONMENT, LEDGER: { idFromName: () => undefined } },
);
const decoded = decodeOperatorSettings(settings, ENVIRONMENT, String);
if (!("secrets" in decoded)) throw new Error(JSON.stringify(decoded));
const operators = decoded;
const keys = await keysOf(settings);
const es = SIGNERS["es"];
const HEAD = Buffer.from('{"alg":"ES256","kid":"es-1"}').toString("base64url");
const BODY = Buffer.from(
  JSON.stringify({ iss: "https://es.example", aud: AUDIENCE, sub: "a", jti: "t", iat: NOW, exp: NOW + 300 }),
).toString("base64url");

/** Stands in an input for a token that was signed in this run. */
const TOKEN = "@TOKEN@";
const token = `${HEAD}.${BODY}.${es?.sign(`${HEAD}.${BODY}`)}`;

const JSON_TYPE = "Content-Type: application/json";
const FORM_TYPE = "Content-Type: application/x-www-form-urlencoded";

/** A request to the operator API: who asks, method and path, header fields, an empty line, the body. */
export const operatorApi: Target = {
  name: "operators",
  about: "requests to the operator API, by viewers, revokers, admins and strangers",
  seeds: [
    `admin POST /commands\n${JSON_TYPE}\n\n{"do":"revoke","id":"1","issuer":"https://es.example","tokenId":"t"}`,
    `revoker POST /commands\n${JSON_TYPE}\n\n{"do":"revoke","token":"${TOKEN}","dryRun":true}`,
    ...[
      '{"do":"restore","name":"jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA","record":{"format":1,"revoked":true}}',
      '{"do":"lift","name":"jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA"}',
      '{"do":"cutOff","issuer":"https://es.example","confirm":"https://es.example"}',
    ].map((command) => `revoker POST /commands\n${JSON_TYPE}\n\n${command}`),
    `viewer POST /batch\n${JSON_TYPE}\n\n{"commands":[{"do":"lift","name":"x"},{"do":"cutOff","issuer":"i","confirm":"i"},1]}`,
    `admin POST /explain\n${JSON_TYPE}\n\n{"method":"GET","url":"/a?b","headers":{"a":"b"},"token":"${TOKEN}","tokenIn":"header:X-Token"}`,
    `viewer POST /state\n${JSON_TYPE}\n\n{"token":"${TOKEN}"}`,
    `stranger POST /revoke\n${FORM_TYPE}\n\ntoken=${TOKEN}&token_type_hint=access_token`,
    "viewer GET /records?limit=5&kind=token&after=x\n",
    "viewer GET /history?before=5\nOrigin: https://evil.example\n",
    "viewer GET /records/jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA",
    "viewer GET /openapi.json",
    "viewer GET /status\nSec-Fetch-Site: cross-site",
  ],
  words: [
    ..."viewer revoker admin stranger GET POST PUT OPTIONS /commands /batch /explain /state /revoke /records /history /status".split(
      " ",
    ),
    ..."?limit= &kind= ?before= ?after= do id why dryRun issuer tokenId token sessionId subject minimumTokenVersion expiresAt".split(
      " ",
    ),
    ..."issuedBefore until name record confirm commands method url headers tokenIn revoke revokeSession raise cutOff lift".split(
      " ",
    ),
    ..."restore https://es.example https://rs.example header:X-Token cookie:session authorization Origin: Authorization:".split(
      " ",
    ),
    ...[TOKEN, JSON_TYPE, FORM_TYPE, "http://guard.example/", "//evil.example", "CF-Connecting-IP: 1.2.3.4"],
  ],
  work: { base: 8_000, perCharacter: 60 },

  async run(input) {
    const [head = "", ...bodies] = input.split("\n\n");
    const [requestLine = "", ...lines] = head.split("\n");
    const [who = "", method = "", path = ""] = requestLine.split(" ", 3);
    const body = bodies.join("\n\n").replaceAll(TOKEN, token);
    const request = requestOf(who, method, path, lines, body);
    if (request === undefined) return "no request";
    const asked: Attempt[] = [];
    const background: Promise<unknown>[] = [];
    const defects: unknown[] = [];
    const response = await answerOperator(request, {
      url: new URL(request.url),
      operators,
      deciding: { rules: settings.rules, identityHeaders: settings.forwarding.identityHeaders },
      issuers: settings.rules.issuers,
      ...{ keys, operatorKeys: keys, revocations: NOTHING_REVOKED, memory: new TokenMemory(), ours: new ApiMemory() },
      desk: () => deskThatNotes(asked),
      onDefect: (defect) => defects.push(defect),
      mirror: () => ({}),
      clock: { now: () => NOW * 1_000, after: () => () => undefined },
      inBackground: (work) => background.push(work),
    });
    await Promise.all(background);
    const text = await response.text();
    demand(defects.length === 0, `There is a defect: ${defects}`);
    demand(response.status < 500, `The status is ${response.status}.`);
    demand(response.headers.get("cache-control") === "no-store", "The answer may be stored.");
    if (text !== "") JSON.parse(text);
    const carriedOut = asked.filter(({ refused }) => refused === undefined);
    for (const { command, by } of carriedOut) {
      const { do: action, subject, sessionId } = command;
      const takesAdmin =
        action === "lift" ||
        action === "restore" ||
        (action === "cutOff" && subject === undefined && sessionId === undefined);
      demand(by === "self" || by === "admin" || (by === "revoker" && !takesAdmin), `${by} may do ${String(action)}.`);
    }
    const shown = asked.filter(({ command }) => typeof command["token"] === "string");
    demand(shown.length === 0, "The ledger gets a token to see.");
    if (who === "stranger")
      demand(
        carriedOut.every(({ by }) => by === "self"),
        "A stranger gives commands.",
      );
    const role = ["viewer", "revoker", "admin"].includes(who) ? who : "stranger";
    return `${role} ${response.status} ${/"code":"\w+"/.exec(text)?.[0]} ${carriedOut.length > 0}`;
  },
};

function secretOf(who: string): string {
  return `${who}-`.repeat(8);
}

/** Undefined when the platform takes no such request. */
function requestOf(
  who: string,
  method: string,
  path: string,
  lines: readonly string[],
  body: string,
): Request | undefined {
  try {
    const headers = new Headers({ authorization: `Bearer ${secretOf(who)}` });
    for (const [name, value] of fieldsIn(lines)) headers.append(name, value);
    const hasBody = body !== "" && !["GET", "HEAD"].includes(method.toUpperCase());
    return new Request(`https://guard.example/_jotgate/v1${path}`, { method, headers, ...(hasBody && { body }) });
  } catch {
    return undefined;
  }
}

/** A ledger that carries everything out. */
function deskThatNotes(asked: Attempt[]): LedgerDesk {
  const name = "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA";
  const outcome = { changed: true, name, kind: "token", record: null, enforcedBy: NOW } as const;
  return {
    submit: async (attempts) => {
      asked.push(...attempts);
      return attempts.map(({ refused }) =>
        refused === undefined
          ? { ok: true, acknowledgement: { ...outcome, sequence: 1 } }
          : { ok: false, problems: [] },
      );
    },
    previewAll: async (commands) =>
      commands.map(() => ({ ok: true, preview: { ...outcome, dryRun: true, before: null } }) as const),
    state: async () => ({ ok: true, records: [] }),
    noteTurnedAway: async () => undefined,
    status: async () => ({}),
    records: async () => ({ records: [], next: null }),
    record: async () => null,
    history: async () => ({ entries: [], next: null }),
  };
}
