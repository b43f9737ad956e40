import { createHash, randomBytes } from "node:crypto";

/** Somebody who uses the operator API, with a secret of their own. */
export class TestOperator {
  readonly name: string;
  readonly role: string;
  readonly secret = randomBytes(32).toString("base64url");

  constructor(name: string, role: "viewer" | "revoker" | "admin") {
    this.name = name;
    this.role = role;
  }

  /** The entry of `OPERATORS`. */
  get entry(): Record<string, string> {
    const secretHash = createHash("sha256").update(this.secret).digest("hex");
    return { name: this.name, role: this.role, secretHash };
  }
}
