/** The token of `Authorization: Bearer …`, or an empty text. */
export function bearerToken(request: Request): string {
  const credentials = request.headers.get("authorization") ?? "";
  return credentials.startsWith("Bearer ") ? credentials.slice(7) : "";
}
