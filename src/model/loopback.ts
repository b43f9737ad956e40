/**
 * True for hosts whose traffic never leaves the machine (RFC 6761 §6.3, RFC 5735 §3, RFC 4291 §2.5.3).
 *
 * @param host lower-case host name or address, with or without a port
 */
export function isLoopback(host: string): boolean {
  return /^(?:(?:[a-z0-9-]+\.)*localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
}
