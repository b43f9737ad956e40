import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Something that has to be put right by whoever started this; the message says how. */
export class SetupError extends Error {}

/** Two ports that nobody uses. */
export async function freePorts(): Promise<{ guard: number; issuer: number }> {
  const [guard, issuer] = [createServer(), createServer()];
  const ports = { guard: await listen(guard, 0, "127.0.0.1"), issuer: await listen(issuer, 0, "127.0.0.1") };
  guard.close();
  issuer.close();
  return ports;
}

/** The port that a variable names, or the usual one. */
export function portFrom(variable: string, usual: number): number {
  const value = process.env[variable];
  if (value === undefined || value === "") return usual;
  const port = /^\d+$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new SetupError(`${variable} has to be a port from 1 to 65535.`);
}

/** Fails with a way out when something listens there already, on either address that `localhost` can mean. */
export async function requireFree(port: number, variable: string): Promise<void> {
  for (const address of ["127.0.0.1", "::1"]) {
    const server = createServer();
    try {
      await listen(server, port, address);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Without IPv6 nobody can be there.
      if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") continue;
      throw new SetupError(`${why(code, port)} Choose another one: ${variable}=${port + 100} npm run dev`);
    } finally {
      server.close();
    }
  }
}

function why(code: string | undefined, port: number): string {
  if (code === "EADDRINUSE") return `Port ${port} is busy: something else listens there.`;
  return `Port ${port} cannot be used (${code ?? "unknown error"}).`;
}

async function listen(server: ReturnType<typeof createServer>, port: number, address: string): Promise<number> {
  server.listen({ port, host: address, exclusive: true });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
