import { toBase64url } from "../../../../src/platform/base64url.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { LEDGER_NAME } from "../../../../src/revocation/feed.ts";
import { Mirror } from "../../../../src/revocation/mirror.ts";
import { MirrorRefresh } from "../../../../src/revocation/mirror-refresh.ts";

/** B, in milliseconds. */
const BOUND = 5_000;

/** An isolate that has nothing to do but to ask the ledger. `GET /<what>?count=<how often>`. */
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const count = Number(searchParams.get("count") ?? 1);
    const ledger = () => env.LEDGER.getByName(LEDGER_NAME);
    switch (pathname) {
      case "/status":
        return Response.json(await ledger().status());
      case "/rows":
        return Response.json({ rows: await ledger().rowsWritten() });
      case "/fill":
        await ledger().fill(count);
        return Response.json({});
      case "/load":
        return Response.json(await load(ledger));
      case "/poll":
        return Response.json(await poll(ledger, count));
      case "/polls-at-once":
        await Promise.all(Array.from({ length: count }, () => ledger().changes({ ledger: null, since: 0 })));
        return Response.json({});
      case "/look":
        for (let turn = 0; turn < count; turn++) await ledger().look([randomName()]);
        return Response.json({});
      case "/command":
        for (let turn = 0; turn < count; turn++) await revoke(ledger());
        return Response.json({});
      default:
        return new Response(null, { status: 404 });
    }
  },
};

/** Loads a mirror from nothing, as an isolate does: with its own refresh, deadlines and pages. */
async function load(ledger) {
  const mirror = new Mirror(BOUND);
  let pages = 0;
  const feed = () => ({
    changes: (question) => {
      pages++;
      return ledger().changes(question);
    },
  });
  const refresh = new MirrorRefresh(mirror, feed, systemClock);
  for (let runs = 0; runs < 10; runs++) {
    const work = [];
    refresh.inBackground({ waitUntil: (promise) => work.push(promise) });
    await Promise.all(work);
    const { state, records, bytes } = mirror.status(Date.now());
    if (state === "following") return { records, bytes, pages, runs: runs + 1 };
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error("The mirror could not be loaded.");
}

/** Questions to which nothing is new. */
async function poll(ledger, count) {
  const { ledger: id, sequence } = await ledger().status();
  let rows = 0;
  for (let turn = 0; turn < count; turn++) {
    const { page } = await ledger().changes({ ledger: id, since: sequence });
    rows += page.byteLength;
  }
  return { rows };
}

async function revoke(ledger) {
  const answer = await ledger.execute({
    id: crypto.randomUUID(),
    do: "revoke",
    issuer: "https://id.bench.example/",
    tokenId: crypto.randomUUID(),
    expiresAt: Math.floor(Date.now() / 1000) + 900,
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
}

function randomName() {
  return `jotgate1:token:${toBase64url(crypto.getRandomValues(new Uint8Array(16)))}`;
}
