/** Where a token was found. Header names are lower-case. */
export type TokenSource =
  | { readonly kind: "authorization"; readonly name?: never }
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "cookie"; readonly name: string };

/** True when both name the same place. */
export function sameSource(a: TokenSource, b: TokenSource): boolean {
  return a.kind === b.kind && a.name === b.name;
}
