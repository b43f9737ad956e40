import type { Arguments, Option } from "../command.ts";
import { UsageError } from "../failures.ts";
import { LocalSecrets } from "../worker/local-secrets.ts";
import { ACCESS_OPTION, type AccessCredentials, readAccess } from "./access-credentials.ts";
import { isOwnMachine } from "./own-machine.ts";
import { readOrigin } from "./read-origin.ts";
import { checkSecret, readSecretFile } from "./read-secret.ts";
import { RUNNING_DEMO, readRunningDemo } from "./running-demo.ts";

/** A guard with an operator API, and what shows it who asks: a secret, or else a person that Access vouches for. */
export interface Target {
  readonly url: URL;
  /** An operator's secret or token. Undefined only where Access says who asks. */
  readonly secret: string | undefined;
  /** For Cloudflare Access in front of the guard. */
  readonly access: AccessCredentials | undefined;
}

/** Which guard a command speaks to. */
export const TARGET_OPTIONS: Readonly<Record<string, Option>> = {
  url: { value: "URL", help: "The guard. Default: JOTGATE_URL, or else the one of npm run dev in this folder." },
  "secret-file": {
    value: "FILE",
    file: true,
    help: "Your operator secret or token. Default: JOTGATE_SECRET; for the guard of npm run dev, .dev.vars.",
  },
  ...ACCESS_OPTION,
};

/** Name of the operator's secret, in the environment and in `.dev.vars`. */
export const SECRET_NAME = "JOTGATE_SECRET";

const EXAMPLE = "https://api.example.com";

/**
 * Finds out whom to ask. A secret is never an argument: those show in process lists and shell histories. A file in the current
 * folder may be anybody's, such as a clone's: the guard that it names has to be on this machine, and gets no secret that was
 * not written down in the same folder or named for it.
 *
 * @throws UsageError when no guard or nothing to be known by can be found, or when that would cross a network in the clear
 */
export function readTarget(args: Arguments, environment: NodeJS.ProcessEnv = process.env): Target {
  const given = args.text("url") ?? environment["JOTGATE_URL"];
  const url = given === undefined ? findRunningDemo() : readUrl(given);
  const own = given === undefined ? {} : environment;
  const access = readAccess(args, own);
  const file = args.text("secret-file");
  const secret = file === undefined ? findSecret(url, own) : readSecretFile(file);
  if (secret !== undefined) return { url, secret, access };
  if (access !== undefined && file === undefined) return { url, secret, access };
  throw new UsageError(
    given === undefined
      ? `The guard of this folder gets the ${SECRET_NAME} of .dev.vars here, and there is none. Give --secret-file, or --url.`
      : `Your operator secret is missing. Set ${SECRET_NAME}, or give --secret-file.`,
  );
}

function findRunningDemo(): URL {
  const text = readRunningDemo()?.guard;
  if (text === undefined) {
    throw new UsageError("Say which guard: --url, or JOTGATE_URL; or start one here with npm run dev.");
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || !isOwnMachine(url.hostname)) {
    throw new UsageError(`The guard that ${RUNNING_DEMO} names is not on this machine. If you mean it, give --url.`);
  }
  return url;
}

function readUrl(text: string): URL {
  const url = readOrigin(text, "The guard's", EXAMPLE);
  if (url.protocol === "http:" && !isOwnMachine(url.hostname)) {
    throw new UsageError("The secret must not cross a network in the clear. Use the guard's https URL.");
  }
  return url;
}

function findSecret(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const found = checkSecret(environment[SECRET_NAME]);
  if (found !== undefined) return found;
  return isOwnMachine(url.hostname)
    ? checkSecret(LocalSecrets.read("wrangler.toml", undefined).get(SECRET_NAME))
    : undefined;
}
