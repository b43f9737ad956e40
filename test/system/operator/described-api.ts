import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describeApi } from "../../../src/operator/describe-api.ts";

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: object;
}

type Responses = Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;

/** The description that the code has of itself, to hold answers against. */
export class DescribedApi {
  readonly #description = describeApi() as Description;
  readonly #ajv = new Ajv2020({ strict: false });
  readonly #validators = new Map<string, ValidateFunction>();

  /**
   * Throws when the description does not have this answer.
   *
   * @param path beneath `/_jotgate/v1`, with its query
   */
  check(method: string, path: string, { status, type, text }: { status: number; type: string | null; text: string }) {
    const pathname = path.replace(/\?.*/, "").replace(/^\/records\/.+/, "/records/{name}");
    const methods = this.#description.paths[pathname];
    const operation = methods?.[method.toLowerCase()] ?? (status === 405 ? NOT_ALLOWED : undefined);
    const about = `${method} ${path}: ${status} ${type} ${text}`;
    if (operation === undefined || methods === undefined) {
      if (status === 404) return;
      throw new Error(`No such operation: ${about}`);
    }
    const response = operation.responses[status];
    if (response === undefined) throw new Error(`No such status: ${about}`);
    const media = type?.split(";")[0] ?? "";
    if (response.content === undefined) {
      if (text !== "") throw new Error(`There is a body: ${about}`);
      return;
    }
    if (response.content[media] === undefined) throw new Error(`No such media type: ${about}`);
    const validate = this.#validatorOf(response.content[media] as { readonly schema: object });
    if (!validate(JSON.parse(text))) throw new Error(`${about}: ${JSON.stringify(validate.errors)}`);
  }

  #validatorOf({ schema }: { readonly schema: object }): ValidateFunction {
    const key = JSON.stringify(schema);
    const made =
      this.#validators.get(key) ?? this.#ajv.compile({ ...schema, components: this.#description.components });
    this.#validators.set(key, made);
    return made;
  }
}

/** What a method is answered that a path does not have: no operation, and so in no description. */
const NOT_ALLOWED: { readonly responses: Responses } = {
  responses: { 405: { content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } } },
};
