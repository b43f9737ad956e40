/* JSON Schema (2020-12), in as many words as the API's description needs. */

export const string = { type: "string" };
export const number = { type: "number" };
export const integer = { type: "integer", minimum: 0 };
export const boolean = { type: "boolean" };
export const textOrNull = orNull(string);

export function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

/** An object with these members and no others. @param optional those that need not be there */
export function object(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

export function listOf(items: object) {
  return { type: "array", items };
}

/** An object whose members are all of one kind, whatever their names. */
export function mapOf(additionalProperties: object) {
  return { type: "object", additionalProperties };
}

export function orNull({ type, ...rest }: { readonly type: string }) {
  return { type: [type, "null"], ...rest };
}

/** Of a schema that has no single type. */
export function anyOrNull(schema: object) {
  return { anyOf: [schema, { type: "null" }] };
}
