/** What the environment asks for. Vite hands on what begins with `VITE_`, but has not yet done so while this module is loaded. */
function asked(name: string): number {
  const { env } = import.meta as { readonly env?: Readonly<Record<string, string | undefined>> };
  return Number(env?.[`VITE_PROPERTY_${name}`] ?? 1);
}

/** Milliseconds. Nothing but a bound for a machine that is busy with other things, and for high factors. */
export const PATIENCE = 600_000;

/**
 * How often something is tried: as often as this, or many times as much:
 * `VITE_PROPERTY_FACTOR=20 npx vitest run --project unit test/unit/properties test/unit/model-check`.
 */
export function times(usual: number): number {
  return Math.ceil(usual * asked("FACTOR"));
}

/** The same for fast-check. It prints seed and path of what fails. */
export function runs(usual: number): { readonly numRuns: number } {
  return { numRuns: times(usual) };
}

/** Where numbers that are no fast-check's begin; another series with `VITE_PROPERTY_SEED=7`. */
export function seed(): number {
  return asked("SEED");
}
