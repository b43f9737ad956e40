/** Why a key is not used, in words that continue "it …". Guards that find nothing wrong know the names alone. */
export const KEY_REJECTIONS = {
  form: "is not an object",
  secret: "is a shared secret",
  private: "is a private key",
  use: "is not for signatures (use)",
  key_ops: "is not for verification (key_ops)",
  kid: "has a kid that is no string",
  alg: "fits none of the issuer's algorithms",
  weak: "is an RSA key that is too weak",
  members: "has members that make no key",
  twin: "cannot be told from another key by its kid",
} as const;

export type KeyRejection = keyof typeof KEY_REJECTIONS;

/** A key of a list that is not used. */
export interface RejectedKey {
  readonly index: number;
  readonly why: KeyRejection;
}
