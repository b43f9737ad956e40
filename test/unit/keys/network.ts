import { vi } from "vitest";

type Answer = (url: string, init: RequestInit) => Response | Promise<Response>;

/** Puts `answer` in the place of the network and lists the URLs that were asked for. `vi.restoreAllMocks()` undoes it. */
export function stubNetwork(answer: Answer): { readonly urls: string[]; readonly inits: RequestInit[] } {
  const urls: string[] = [];
  const inits: RequestInit[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    urls.push(url);
    inits.push(init as RequestInit);
    return answer(url, init as RequestInit);
  });
  return { urls, inits };
}

/** Something to wait for, and the way to end the wait. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A body that begins and never ends, unless the signal ends it as the platform's fetch would. */
export function endlessBody(signal?: AbortSignal | null): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("{"));
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
}
