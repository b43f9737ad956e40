import { OPERATOR_ROLES } from "../model/operator.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import { SCHEMAS } from "./api-schemas.ts";
import { OPERATION_TEXTS } from "./api-texts.ts";
import { ref } from "./json-schema.ts";
import { END_OWN_TOKEN, OPERATIONS, type OperationName } from "./operations.ts";
import { QUERIES } from "./queries.ts";

/** Every operation: those of operators, and the one of whoever holds a token. */
const ALL = { ...OPERATIONS, endOwnToken: END_OWN_TOKEN };

/** The OpenAPI 3.1 description of the operator API, made of what the router itself goes by. */
export function describeApi(): object {
  const paths: Record<string, object> = {};
  for (const [name, { method, path }] of Object.entries(ALL)) {
    const template = path.replace(/:(\w+)/, "{$1}");
    paths[template] = { [method.toLowerCase()]: describe(name as OperationName | "endOwnToken") };
  }
  return {
    openapi: "3.1.1",
    info: { title: "Jotgate operator API", version: "1" },
    servers: [{ url: `/${RESERVED_SEGMENT}/v1` }],
    security: [{ bearer: [] }, { access: [] }],
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: `A secret or a token. Roles: ${OPERATOR_ROLES.join(", ")}.`,
        },
        access: { type: "apiKey", in: "header", name: "Cf-Access-Jwt-Assertion" },
      },
    },
  };
}

function describe(operationId: OperationName | "endOwnToken"): object {
  const { summary, parameters: others = [], request, response } = OPERATION_TEXTS[operationId];
  const isOpen = operationId === "endOwnToken";
  const queried = isOpen ? {} : (QUERIES[operationId] ?? {});
  const query = Object.entries(queried).map(([name, { schema }]) => ({ name, in: "query", schema }));
  const parameters = [...others, ...query];
  const media = isOpen ? "application/x-www-form-urlencoded" : "application/json";
  const refusals = [...USUAL, ...(request ? [413, 415] : []), ...(isOpen ? [] : [401])];
  return {
    operationId,
    summary,
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(request && { requestBody: { required: true, content: { [media]: { schema: ref(request) } } } }),
    responses: {
      200: {
        description: "Done.",
        ...(response && {
          content: { "application/json": { schema: typeof response === "string" ? ref(response) : response } },
        }),
      },
      ...Object.fromEntries(refusals.map((status) => [status, REFUSED])),
    },
  };
}

/** What any request can be answered. */
const USUAL = [400, 403, 404, 429, 500, 503] as const;

const REFUSED = {
  description: "Refused, or not to be had.",
  content: { "application/problem+json": { schema: ref("Problem") } },
};
