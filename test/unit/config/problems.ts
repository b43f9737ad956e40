import { decodeConfig } from "../../../src/config/decode-config.ts";
import type { Environment } from "../../../src/config/environment.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, ENVIRONMENT } from "../support.ts";

export const issuer = await TestIssuer.create();

/** `path problem` of everything that is wrong. */
export function problemsOf(config: unknown, env: Environment = ENVIRONMENT): string[] {
  const decoded = decodeConfig(config, env);
  return decoded.ok ? [] : decoded.problems.map(({ path, problem }) => `${path} ${problem}`);
}

/** Problems of a good configuration with these settings of the whole guard; undefined takes a setting away. */
export function withGuard(settings: Record<string, unknown>, env: Environment = ENVIRONMENT): string[] {
  return problemsOf(present({ ...configFor(issuer), ...settings }), env);
}

/** Problems of a good configuration whose issuer has these settings. */
export function withIssuer(settings: Record<string, unknown>, env: Environment = ENVIRONMENT): string[] {
  const config = configFor(issuer, settings);
  return problemsOf({ ...config, issuers: config.issuers.map((one) => present(one as Record<string, unknown>)) }, env);
}

/** Problems of a good configuration with these routes. */
export function withRoutes(...routes: unknown[]): string[] {
  return problemsOf(configFor(issuer, {}, routes as Record<string, unknown>[]));
}

function present(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
