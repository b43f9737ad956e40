const PREFIX = "cloudflare:";

const NOTHING = `
  export const env = {};
  export class DurableObject {}
  export class WorkerEntrypoint {}
  export function runInDurableObject() { throw new Error("There is no Durable Object in Node."); }
`;

/** A Vite plugin for Node: modules of workerd can be imported, by tests that share a file with others that use them. */
export const workerModules = {
  name: "worker-modules",
  enforce: "pre" as const,
  resolveId: (id: string) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
  load: (id: string) => (id.startsWith(`\0${PREFIX}`) ? NOTHING : undefined),
};
