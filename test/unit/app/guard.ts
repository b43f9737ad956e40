import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { vi } from "vitest";
import type { JotgateConfig } from "../../../src/config/config-schema.ts";
import { createJotgate } from "../../../src/create-jotgate.ts";
import { ENVIRONMENT } from "../support.ts";

/** A store in which there is no record at all. */
export const NOTHING_REVOKED = ENVIRONMENT.REVOCATIONS;

/** A configured guard as its clients see it, with an origin in the place of the network and everything it writes to the log. */
export class Guard {
  readonly #handler: ReturnType<typeof createJotgate>;
  readonly #env: object;
  /** What reached the origin. */
  readonly forwarded: Request[] = [];
  /** What was written to the log, as text. */
  readonly lines: string[] = [];
  /** What the origin answers. */
  answer: (request: Request) => Response | Promise<Response> = () => new Response("hello");

  constructor(config: unknown, env: object = {}) {
    this.#handler = createJotgate(config as JotgateConfig);
    this.#env = { ...ENVIRONMENT, REVOCATIONS: NOTHING_REVOKED, ...env };
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = new Request(input, init as RequestInit);
      this.forwarded.push(request);
      return this.answer(request);
    });
    for (const method of ["log", "error", "warn", "info", "debug"] as const) {
      vi.spyOn(console, method).mockImplementation((...values: unknown[]) => {
        this.lines.push(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" "));
      });
    }
  }

  /** The log, every line parsed. */
  get records(): readonly Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Sends a request to `path` on a host that is reached over https. */
  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const lifetime = createExecutionContext();
    const response = await this.#handler.fetch(new Request(`https://guard.example${path}`, init), this.#env, lifetime);
    await waitOnExecutionContext(lifetime);
    return response;
  }

  sendToken(token: string, path = "/", init: RequestInit = {}): Promise<Response> {
    return this.send(path, { ...init, headers: { authorization: `Bearer ${token}` } });
  }
}
