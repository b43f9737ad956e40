import { plain } from "../../explain/printable.ts";
import type { Arguments, Command } from "../command.ts";
import { CannotTell, UsageError } from "../failures.ts";
import { isOwnMachine } from "../remote/own-machine.ts";
import { readOrigin } from "../remote/read-origin.ts";
import { readRunningDemo } from "../remote/running-demo.ts";

const DEADLINE_MS = 10_000;

export const token: Command = {
  name: "token",
  summary: "Print a token of the demo issuer.",
  description: `Asks the demo issuer of npm run dev for an access token and prints it, alone on its line. It signs for anybody who asks,
so this speaks to issuers on this machine only. Tokens of real issuers come from them.`,
  operands: [],
  options: {
    subject: { value: "SUB", help: "The claim sub: who the token is for. Default: alice." },
    scope: { value: '"SCOPE …"', help: "The claim scope. Default: none." },
    lifetime: { value: "SECONDS", help: "How long it can be used. Default: 300." },
    session: { value: "SID", help: "The claim sid. Default: none." },
    version: { value: "N", help: "The claim token_version. Default: the user's present one." },
    issuer: { value: "URL", help: "Where the demo issuer is. Default: the one of npm run dev in this folder." },
  },
  examples: [
    { command: "jotgate token --subject alice --scope orders:read", does: "Prints a token for alice." },
    {
      command: 'jotgate token --lifetime 1 | jotgate explain --remote --route "GET /api/orders/7"',
      does: "Asks at once what the guard makes of it.",
    },
  ],
  exitCodes: { 0: "Printed.", 2: "Wrong usage.", 3: "The demo issuer cannot be reached." },
  async run(args, { terminal }) {
    const issuer = readIssuer(args);
    const text = await ask(new URL(`/token?${readParameters(args)}`, issuer));
    if (args.has("json")) terminal.printJson({ format: 1, command: "token", issuer: issuer.origin, token: text });
    else terminal.print(text);
    return 0;
  },
};

/** What the issuer calls the same. */
const PARAMETERS = ["scope", "lifetime", "session", "version"] as const;

function readParameters(args: Arguments): URLSearchParams {
  const parameters = new URLSearchParams({ sub: args.text("subject") ?? "alice" });
  for (const name of PARAMETERS) {
    const value = args.text(name);
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters;
}

function readIssuer(args: Arguments): URL {
  const given = args.text("issuer") ?? readRunningDemo()?.issuer;
  if (given === undefined) throw new UsageError("There is no demo issuer here. Start one with npm run dev.");
  const url = readOrigin(given, "The issuer's", "http://localhost:8788");
  if (!isOwnMachine(url.hostname)) {
    throw new UsageError("Only the demo issuer on this machine gives tokens to anybody. Ask your issuer itself.");
  }
  return url;
}

async function ask(url: URL): Promise<string> {
  let response: Response;
  let text: string;
  try {
    // Whatever it says, nobody else is asked.
    response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(DEADLINE_MS) });
    text = (await response.text()).trim();
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
    throw new CannotTell(`The demo issuer at ${url.origin} cannot be reached (${cause}).`);
  }
  if (response.status === 400) throw new UsageError(`The demo issuer says: ${plain(text)}`);
  if (response.status !== 200 || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) {
    throw new CannotTell(`What answers at ${url.origin} is no demo issuer (status ${response.status}).`);
  }
  return text;
}
