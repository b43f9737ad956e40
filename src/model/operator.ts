/** What an operator may do: `viewer` reads, `revoker` takes access away, `admin` gives it back and ends whole issuers. */
export const OPERATOR_ROLES = ["viewer", "revoker", "admin"] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Somebody, or some program, that may use the operator API. */
export interface Operator {
  /** Stands beside what they did. */
  readonly name: string;
  readonly role: OperatorRole;
  /** SHA-256 of the secret's UTF-8 bytes: 64 lower-case hexadecimal digits. */
  readonly secretHash: string;
}

/** True when the one role includes the other. */
export function includesRole(has: OperatorRole, needed: OperatorRole): boolean {
  return OPERATOR_ROLES.indexOf(has) >= OPERATOR_ROLES.indexOf(needed);
}
