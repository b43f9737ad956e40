import type { TrustedIssuer } from "./trusted-issuer.ts";

/** What an operator may do: `viewer` reads, `revoker` takes access away, `admin` gives it back and ends whole issuers. */
export const OPERATOR_ROLES = ["viewer", "revoker", "admin"] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/**
 * How somebody shows who they are: by a secret of their own, a token of the operators' issuer, what Cloudflare Access says; `self` for
 * the holder of the very token that is to end. Names are unique only together with this.
 */
export const CREDENTIALS = ["secret", "token", "access", "self"] as const;
export type Credential = (typeof CREDENTIALS)[number];

/** Somebody, or some program, of whom it was verified who they are. */
export interface Identified {
  /** Stands beside what they did. */
  readonly name: string;
  readonly via: Credential;
}

/** Somebody, or some program, that may use the operator API. */
export interface KnownOperator extends Identified {
  readonly role: OperatorRole;
}

/** An operator with a secret of their own. */
export interface Operator {
  readonly name: string;
  readonly role: OperatorRole;
  /** SHA-256 of the secret's UTF-8 bytes: 64 lower-case hexadecimal digits. */
  readonly secretHash: string;
}

/** Who may use the operator API, and how that is shown. */
export interface OperatorSettings {
  readonly secrets: readonly Operator[];
  /** Issuer of operator tokens, whose scopes say the role. */
  readonly issuer: TrustedIssuer | undefined;
  /** Cloudflare Access, and the roles of people by their e-mail addresses in lower case. */
  readonly access: { readonly issuer: TrustedIssuer; readonly roles: ReadonlyMap<string, OperatorRole> } | undefined;
  /** Whether the holder of a token may end it. */
  readonly selfRevocation: boolean;
}

/** Issuers of the tokens that operators show. */
export function issuersOf({ issuer, access }: OperatorSettings): readonly TrustedIssuer[] {
  return [issuer, access?.issuer].filter((each) => each !== undefined);
}

/** False when all that there is of the API is self-service. */
export function hasOperators(settings: OperatorSettings): boolean {
  return settings.secrets.length + issuersOf(settings).length > 0;
}

/** True when the one role includes the other. */
export function includesRole(has: OperatorRole, needed: OperatorRole): boolean {
  return OPERATOR_ROLES.indexOf(has) >= OPERATOR_ROLES.indexOf(needed);
}
