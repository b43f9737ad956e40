import type { PeerEnvironment } from "./environment.ts";
import { forward } from "./forward.ts";

const LINE = JSON.stringify({
  event: "decision",
  outcome: "allow",
  by: "token",
  route: "/api/*",
  issuer: "https://id.bench.example/",
  keyId: "bench-1",
  status: 200,
  method: "GET",
  durationMs: 1,
  requestId: "00000000-0000-0000-0000-000000000000",
});

/** Bare, plus one line of log per request: what a decision record costs, whoever writes it. */
export default {
  fetch(request, env) {
    console.log(LINE);
    return forward(request, env.TARGET);
  },
} satisfies ExportedHandler<PeerEnvironment>;
