import { checkWithJose } from "./check-with-jose.ts";
import type { PeerEnvironment } from "./environment.ts";
import { forward } from "./forward.ts";

export default {
  async fetch(request, env) {
    return (await checkWithJose(request, env)) === undefined
      ? new Response("Unauthorized", { status: 401 })
      : forward(request, env.TARGET);
  },
} satisfies ExportedHandler<PeerEnvironment>;
