import type { PeerEnvironment } from "./environment.ts";
import { forward } from "./forward.ts";

/** The least that a Worker in front of an origin does. */
export default {
  fetch: (request, env) => forward(request, env.TARGET),
} satisfies ExportedHandler<PeerEnvironment>;
