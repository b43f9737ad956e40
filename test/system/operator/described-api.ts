import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describeApi } from "../../../src/operator/describe-api.ts";

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: object;
}

type Responses = Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;

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
    const operation = this.#description.paths[pathname]?.[method.toLowerCase()];
    const about = `${method} ${path}: ${status} ${type} ${text}`;
    if (operation === undefined) {
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
    const validate = this.#validatorAt(["paths", pathname, method.toLowerCase(), "responses", String(status), media]);
    if (!validate(JSON.parse(text))) throw new Error(`${about}: ${JSON.stringify(validate.errors)}`);
  }

  #validatorAt(at: readonly string[]): ValidateFunction {
    const key = at.join(" ");
    const [, path = "", method = "", , status = "", media = ""] = at;
    const schema = this.#description.paths[path]?.[method]?.responses[status]?.content?.[media] as { schema: object };
    const made =
      this.#validators.get(key) ?? this.#ajv.compile({ ...schema.schema, components: this.#description.components });
    this.#validators.set(key, made);
    return made;
  }
}
