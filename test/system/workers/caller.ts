interface Environment {
  readonly GUARD: { fetch(request: Request, init: RequestInit): Promise<Response> };
}

/** Passes requests on to the guard, and gives up after the milliseconds that `X-Patience` says: that request is aborted. */
export default {
  async fetch(request: Request, { GUARD }: Environment): Promise<Response> {
    const patience = request.headers.get("x-patience");
    try {
      return await GUARD.fetch(request, patience === null ? {} : { signal: AbortSignal.timeout(Number(patience)) });
    } catch {
      return new Response("gave up", { status: 499 });
    }
  },
};
