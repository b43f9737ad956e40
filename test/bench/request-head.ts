/** What every request of the load begins with; a token may follow. */
export function requestHead(port: number): string {
  return [
    "GET /api/items/42?view=full HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "User-Agent: bench/1",
    "Accept: application/json",
    "Accept-Language: en",
    "",
  ].join("\r\n");
}
