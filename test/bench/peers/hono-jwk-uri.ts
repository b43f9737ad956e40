import { Hono } from "hono";
import { jwk } from "hono/jwk";
import type { PeerEnvironment } from "./environment.ts";
import { forward } from "./forward.ts";

const app = new Hono<{ Bindings: PeerEnvironment }>();

/** Hono's own middleware with the URL of a JWK Set; it has no revocation. */
app.use("/api/*", (context, next) => {
  const { ISSUER, AUDIENCE, JWKS_URI } = context.env;
  return jwk({ jwks_uri: JWKS_URI, alg: ["ES256"], verification: { iss: ISSUER, aud: AUDIENCE } })(context, next);
});

app.all("/api/*", ({ req, env }) => forward(req.raw, env.TARGET));

export default app;
