/** The part of a KV namespace that the demo issuer takes. */
export interface Namespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options?: { expirationTtl: number }): Promise<void>;
}

/** What issuer.toml binds. */
export interface IssuerEnvironment {
  readonly ISSUER: string;
  readonly AUDIENCE: string;
  readonly ISSUER_STATE: Namespace;
  readonly REVOCATIONS: Namespace;
  readonly REVOCATION_KEY: string;
}
