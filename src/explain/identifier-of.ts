import type { RecordKind, RevocationIdentity } from "../model/revocation.ts";

/** The identifier by which a record of this kind finds a token; undefined when the token has none. */
export function identifierOf(kind: RecordKind, identity: RevocationIdentity): string | undefined {
  switch (kind) {
    case "token":
      return identity.tokenId;
    case "session":
      return identity.sessionId;
    case "subject":
      return identity.subject;
    case "issuer":
      return identity.issuer;
  }
}
