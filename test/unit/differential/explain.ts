import type { Explanation } from "./explanations.ts";
import type { LenientToken } from "./lenient-token.ts";
import type { Library, Said } from "./verifiers.ts";

/** The explanation of what two verifiers said; undefined when there is none. */
export function explain(
  explanations: readonly Explanation[],
  library: Library,
  jotgate: Said,
  token: LenientToken,
): Explanation | undefined {
  return explanations.find(
    (explanation) =>
      explanation.libraries.includes(library) && fits(explanation, jotgate) && explanation.applies(token),
  );
}

function fits({ jotgate }: Explanation, said: Said): boolean {
  return jotgate === "allow" ? "claims" in said : "refused" in said && jotgate.test(said.refused);
}
