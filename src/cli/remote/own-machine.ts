/**
 * True for addresses that are certainly on this machine: 127.0.0.0/8, ::1, and the name `localhost` itself. Names beneath it are
 * left out, although nobody should resolve them elsewhere (RFC 6761 §6.3): an ordinary resolver may ask the network for them.
 *
 * @param hostname as `URL` has it: lower case, addresses in their usual form
 */
export function isOwnMachine(hostname: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
