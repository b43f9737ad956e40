import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/ledger/decode-command.ts";
import { COMMAND } from "../../../src/operator/command-schema.ts";
import { describeApi } from "../../../src/operator/describe-api.ts";
import { OPERATIONS } from "../../../src/operator/operations.ts";
import { ask, FakeDesk, SECRETS } from "./desk.ts";

/** What only the API takes, and what the ledger has from the operator. */
const OF_THE_API = new Set(["do", "id", "why", "dryRun", "confirm", "token"]);

/** Members that the description gives a command, in any of its forms. */
function membersOf(action: string): ReadonlySet<string> {
  const forms = COMMAND.oneOf.filter(({ properties }) => properties.do.const === action);
  return new Set(forms.flatMap(({ properties }) => Object.keys(properties)).filter((name) => !OF_THE_API.has(name)));
}

describe("the description of the API", () => {
  it("has every command that the ledger takes, and no other", () => {
    expect(new Set(COMMAND.oneOf.map(({ properties }) => properties.do.const))).toEqual(new Set(Object.keys(COMMANDS)));
  });

  it.each(Object.entries(COMMANDS))("has every member of %s", (action, { needs, takes }) => {
    expect(membersOf(action)).toEqual(new Set([...needs, ...takes]));
  });

  it("has every operation, and the one of whoever holds a token", () => {
    const { paths } = describeApi() as { paths: Record<string, object> };
    const templates = Object.values(OPERATIONS).map(({ path }) => path.replace(":name", "{name}"));
    expect(Object.keys(paths).sort()).toEqual([...templates, "/revoke"].sort());
  });

  it("refers to nothing that is not there", () => {
    const text = JSON.stringify(describeApi());
    const { components } = describeApi() as { components: { schemas: object } };
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.hasOwn(components.schemas, String(name)))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  it("is served to operators", async () => {
    const headers = { authorization: `Bearer ${SECRETS.vera}` };
    expect(await ask(new FakeDesk(), "/openapi.json", { headers })).toMatchObject({ status: 200, body: describeApi() });
    expect((await ask(new FakeDesk(), "/openapi.json", { headers: { authorization: "none" } })).status).toBe(401);
  });
});
