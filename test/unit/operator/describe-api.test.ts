import { describe, expect, it } from "vitest";
import { COMMAND_NAMES, FORMS } from "../../../src/model/command-grammar.ts";
import { COMMAND } from "../../../src/operator/command-schema.ts";
import { describeApi } from "../../../src/operator/describe-api.ts";
import { OPERATIONS } from "../../../src/operator/operations.ts";
import { QUERIES } from "../../../src/operator/queries.ts";
import { ask, FakeDesk, SECRETS } from "./desk.ts";

describe("the description of the API", () => {
  it("has every command that the ledger takes, and no other", () => {
    expect(new Set(COMMAND.oneOf.map(({ properties }) => properties.do.const))).toEqual(new Set(COMMAND_NAMES));
  });

  it.each(FORMS)("has $do with $needs, and what it takes besides", ({ do: action, needs, takes }) => {
    const forms = COMMAND.oneOf.filter(({ properties, required }) => {
      return (
        properties.do.const === action &&
        required.length === needs.length + 1 &&
        needs.every((name) => required.includes(name))
      );
    });
    const confirm = action === "cutOff" && needs.length === 1 ? ["confirm"] : [];
    expect(forms.map(({ properties }) => Object.keys(properties).sort())).toEqual([
      ["do", "id", "why", "dryRun", ...needs, ...takes, ...confirm].sort(),
    ]);
  });

  it.each(Object.entries(QUERIES))("has what can be asked of %s", (operation, parameters) => {
    const { paths } = describeApi() as {
      paths: Record<string, { get?: { operationId: string; parameters?: { name: string }[] } }>;
    };
    const described = Object.values(paths).flatMap(({ get }) =>
      get?.operationId === operation ? (get.parameters ?? []) : [],
    );
    expect(described.map(({ name }) => name)).toEqual(Object.keys(parameters));
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
