import { Hono } from "hono";
import { checkWithJose } from "./check-with-jose.ts";
import type { PeerEnvironment } from "./environment.ts";
import { forwardAs } from "./forward.ts";

const app = new Hono<{ Bindings: PeerEnvironment; Variables: { subject: string; scope: string } }>();

app.use("/api/*", async (context, next) => {
  const payload = await checkWithJose(context.req.raw, context.env);
  if (payload === undefined) return context.json({ error: "invalid_token" }, 401);
  context.set("subject", String(payload.sub));
  context.set("scope", String(payload["scope"]));
  return next();
});

app.all("/api/*", ({ req, env, get }) => forwardAs(req.raw, env.TARGET, get("subject"), get("scope")));

export default app;
