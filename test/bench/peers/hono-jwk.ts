import { Hono } from "hono";
import { jwk } from "hono/jwk";
import type { PeerEnvironment } from "./environment.ts";
import { forward } from "./forward.ts";

const app = new Hono<{ Bindings: PeerEnvironment }>();

/** Hono's own middleware with keys from the configuration; it has no revocation. */
app.use("/api/*", (context, next) => {
  const { ISSUER, AUDIENCE, JWKS } = context.env;
  return jwk({ keys: [...JWKS.keys], alg: ["ES256"], verification: { iss: ISSUER, aud: AUDIENCE } })(context, next);
});

app.all("/api/*", ({ req, env }) => forward(req.raw, env.TARGET));

export default app;
