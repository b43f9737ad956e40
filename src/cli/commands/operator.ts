import { createHash, randomBytes } from "node:crypto";
import { OPERATOR_ROLES } from "../../model/operator.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../failures.ts";

export const operator: Command = {
  name: "operator",
  summary: "Make a secret for a new operator, and what to configure for it.",
  description: `Makes a secret for the operator API and prints it once, with the lines for wrangler.toml that hold its hash. Nothing is
stored. Whoever has the secret may do what the role includes.`,
  operands: [{ name: "NAME", help: "who it is for; stands beside everything that is done with it." }],
  options: {
    role: { value: "ROLE", help: `What the operator may do: ${OPERATOR_ROLES.join(", ")}. Default: revoker.` },
  },
  examples: [{ command: "jotgate operator alice --role admin", does: "Makes a secret for alice." }],
  exitCodes: { 0: "Made.", 2: "Wrong usage." },
  async run(args, { terminal }) {
    const [name = ""] = args.operands;
    const role = args.text("role") ?? "revoker";
    if (!(OPERATOR_ROLES as readonly string[]).includes(role)) {
      throw new UsageError(`--role is one of ${OPERATOR_ROLES.join(", ")}.`);
    }
    const secret = randomBytes(32).toString("base64url");
    const secretHash = createHash("sha256").update(secret).digest("hex");
    if (args.has("json")) terminal.printJson({ format: 1, command: "operator", name, role, secret, secretHash });
    else {
      terminal.print(`Secret, shown this once (JOTGATE_SECRET for this tool):\n\n  ${secret}\n`);
      terminal.print(`For wrangler.toml:\n`);
      for (const line of toToml({ name, role, secretHash })) terminal.print(`  ${line}`);
    }
    return 0;
  },
};

/** JSON strings are TOML strings. */
function toToml(settings: Readonly<Record<string, string>>): readonly string[] {
  return [
    "[[vars.OPERATORS]]",
    ...Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
  ];
}
