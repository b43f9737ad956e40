import type { PeerEnvironment } from "./environment.ts";
import { forwardAs } from "./forward.ts";

/** Bare, plus two headers of the length that an identity has. */
export default {
  fetch: (request, env) => forwardAs(request, env.TARGET, "user-00000001", "items:read items:write"),
} satisfies ExportedHandler<PeerEnvironment>;
