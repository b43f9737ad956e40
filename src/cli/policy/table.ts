import * as v from "valibot";

/** `type` of the issue that a name gets which is no setting. */
export const UNKNOWN_SETTING = "raw_check";

/**
 * A table of settings. Unlike `v.strictObject`, which it is for the type checker, it reports every unknown name and not only
 * the first.
 */
export function table<const E extends v.ObjectEntries>(entries: E, remedy: string): v.StrictObjectSchema<E, string> {
  const strict = v.pipe(
    v.looseObject(entries, ({ path }) => remedyOf(entries[String(path?.at(-1)?.key)]) ?? remedy),
    v.rawCheck(({ dataset, addIssue }) => {
      const input: unknown = dataset.value;
      if (typeof input !== "object" || input === null) return;
      for (const [key, value] of Object.entries(input)) {
        if (Object.hasOwn(entries, key)) continue;
        addIssue({
          message: "Remove it, or correct its name.",
          path: [{ type: "object", origin: "key", input: input as Record<string, unknown>, key, value }],
        });
      }
    }),
  );
  return strict as unknown as v.StrictObjectSchema<E, string>;
}

/** The remedy of a setting that is missing is the one of a setting that does not fit. */
function remedyOf(entry: object | undefined): string | undefined {
  return entry !== undefined && "message" in entry && typeof entry.message === "string" ? entry.message : undefined;
}
