import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { plain } from "../../explain/printable.ts";
import { CannotTell, Denied, NoAnswer, NoSuchRecord, Rejected } from "../failures.ts";
import { accessHeaders } from "./access-credentials.ts";
import { type AnswerSchema, type Refusal, refusal } from "./answers.ts";
import { describeNobody, describeStopped } from "./nobody.ts";
import { readAnswer } from "./read-answer.ts";
import type { Target } from "./target.ts";

const DEADLINE_MS = 15_000;

/** How often, and for how long, somebody waits who is told to ask more slowly. */
const MOST_WAITS = 5;
const LONGEST_WAIT_S = 10;

/** Speaks to a guard's operator API (docs/operator-api.md). */
export class GuardClient {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  /** @param path beneath `/_jotgate/v1/` @throws as {@link send} */
  get<T>(
    path: string,
    schema: AnswerSchema<T>,
    query: Readonly<Record<string, string | number | undefined>> = {},
  ): Promise<T> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
    return this.#send(parameters.size === 0 ? path : `${path}?${parameters}`, schema);
  }

  /** @param path beneath `/_jotgate/v1/` @throws as {@link send} */
  post<T>(path: string, schema: AnswerSchema<T>, content: object): Promise<T> {
    return this.#send(path, schema, {
      method: "POST",
      body: JSON.stringify(content),
      headers: { "content-type": "application/json" },
    });
  }

  /** Origin part of the guard's URL. */
  get origin(): string {
    return this.#target.url.origin;
  }

  /**
   * @throws Rejected for what the guard found wrong, Denied for what this operator may not do, CannotTell when there is no
   * answer to rely on, and NoAnswer where there may be one later
   */
  async #send<T>(
    path: string,
    schema: AnswerSchema<T>,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ): Promise<T> {
    const { url, secret, access } = this.#target;
    const at = new URL(`/_jotgate/v1/${path}`, url.origin);
    const authorization = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    const headers = { ...init.headers, ...accessHeaders(access), ...authorization };
    for (let waited = 0; ; waited++) {
      let response: Response;
      let body: unknown;
      try {
        const signal = AbortSignal.timeout(DEADLINE_MS);
        response = await fetch(at, { ...init, headers, redirect: "manual", signal });
        body = await readAnswer(response);
      } catch (error) {
        const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
        throw new NoAnswer(`The guard at ${url.origin} cannot be reached (${cause}).`);
      }
      if (response.ok) {
        // As it came, and not as decoded: that would put the members in another order.
        if (v.is(schema, body)) return body;
        throw new CannotTell(`What answers at ${url.origin} is no Jotgate guard (status ${response.status}).`);
      }
      const refused = v.is(refusal, body) ? body : {};
      if (isStoppedByAccess(response, refused)) throw new Denied(describeStopped(this.#target, Date.now() / 1000));
      if (response.status !== 429 || waited === MOST_WAITS) throw failureOf(response.status, refused, this.#target);
      await pause(Math.min(Number(response.headers.get("retry-after")) || 1, LONGEST_WAIT_S) * 1000);
    }
  }
}

/** Access sends people to its page where they sign in, and says of itself when it refuses programs. */
function isStoppedByAccess({ status, headers }: Response, { code }: Refusal): boolean {
  if (status === 401 || status === 403) {
    // The guard itself says why.
    if (code !== undefined) return false;
    return headers.has("cf-access-domain") || /^cloudflare-access\b/i.test(headers.get("www-authenticate") ?? "");
  }
  const to = URL.parse(headers.get("location") ?? "");
  return (
    status >= 300 &&
    status < 400 &&
    to !== null &&
    (to.hostname.endsWith(ACCESS) || to.pathname.startsWith(ACCESS_PATH))
  );
}

const ACCESS = ".cloudflareaccess.com";
const ACCESS_PATH = "/cdn-cgi/access/";

function failureOf(status: number, { code, needs, problems }: Refusal, target: Target): Error {
  const guard = target.url.origin;
  switch (status) {
    case 400:
      return new Rejected(problems ?? [], `The guard does not understand this${inBrackets(code)}.`);
    case 413:
      return new Rejected(problems ?? [], `This is more than the guard takes at once${inBrackets(code)}: shorten it.`);
    case 401:
      return new Denied(describeNobody(target, Date.now() / 1000));
    case 403:
      if (code === "https_required") {
        return new Denied(`The guard takes operators by https alone (${code}): give its https URL.`);
      }
      return new Denied(needs ? `This takes the role ${plain(needs)}.` : `The guard refuses this${inBrackets(code)}.`);
    case 404:
      return code === "no_such_record"
        ? new NoSuchRecord("There is no such record.")
        : new CannotTell(
            `There is no operator API at ${guard}: that takes OPERATORS and a ledger in its configuration.`,
          );
    default: {
      const [shown, mayPass] = [code === undefined ? "" : `, ${plain(code)}`, status === 429 || status >= 500];
      const message = `The guard at ${guard} gives no answer to rely on (status ${status}${shown}).`;
      return mayPass ? new NoAnswer(message) : new CannotTell(message);
    }
  }
}

function inBrackets(code: string | undefined): string {
  return code === undefined ? "" : ` (${plain(code)})`;
}
