import { isLoopback } from "../../model/loopback.ts";
import type { Arguments, Option } from "../command.ts";
import { UsageError } from "../failures.ts";
import { readFileBounded } from "../files/read-bounded.ts";
import { LocalSecrets } from "../worker/local-secrets.ts";
import { RUNNING_DEMO, readRunningDemo } from "./running-demo.ts";

/** A guard with an operator API, and the secret for it. */
export interface Target {
  readonly url: URL;
  readonly secret: string;
}

/** Which guard a command speaks to. */
export const TARGET_OPTIONS: Readonly<Record<string, Option>> = {
  url: { value: "URL", help: "The guard. Default: JOTGATE_URL, or else the one of npm run dev in this folder." },
  "secret-file": {
    value: "FILE",
    file: true,
    help: "Your operator secret. Default: JOTGATE_SECRET; for the guard of npm run dev, .dev.vars.",
  },
};

/** Name of the operator's secret, in the environment and in `.dev.vars`. */
export const SECRET_NAME = "JOTGATE_SECRET";

const MAX_BYTES = 4_096;

/**
 * Finds out whom to ask. A secret is never an argument: those show in process lists and shell histories. A file in the current
 * folder may be anybody's, such as a clone's: the guard that it names has to be on this machine, and gets no secret that was
 * not written down in the same folder or named for it.
 *
 * @throws UsageError when no guard or no secret can be found, or when the secret would cross a network in the clear
 */
export function readTarget(args: Arguments, environment: NodeJS.ProcessEnv = process.env): Target {
  const given = args.text("url") ?? environment["JOTGATE_URL"];
  const url = given === undefined ? findRunningDemo() : readUrl(given);
  const file = args.text("secret-file");
  const secret =
    file === undefined ? findSecret(url, given === undefined ? {} : environment) : readFileBounded(file, MAX_BYTES);
  const trimmed = secret?.trim();
  if (!trimmed) {
    throw new UsageError(
      given === undefined
        ? `The guard of this folder gets the ${SECRET_NAME} of .dev.vars here, and there is none. Give --secret-file, or --url.`
        : `Your operator secret is missing. Set ${SECRET_NAME}, or give --secret-file.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(trimmed)) throw new UsageError("The operator secret has characters that no secret has.");
  return { url, secret: trimmed };
}

function findRunningDemo(): URL {
  const text = readRunningDemo()?.guard;
  if (text === undefined) {
    throw new UsageError("Say which guard: --url, or JOTGATE_URL; or start one here with npm run dev.");
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || !isLoopback(url.hostname)) {
    throw new UsageError(`The guard that ${RUNNING_DEMO} names is not on this machine. If you mean it, give --url.`);
  }
  return url;
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError("The guard's URL is no URL. Write one such as https://api.example.com.");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new UsageError("The secret must not cross a network in the clear. Use the guard's https URL.");
  }
  return url;
}

function findSecret(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const found = environment[SECRET_NAME]?.trim();
  if (found) return found;
  return isLoopback(url.hostname) ? LocalSecrets.read("wrangler.toml", undefined).get(SECRET_NAME) : undefined;
}
