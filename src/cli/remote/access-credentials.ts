import { MAX_TOKEN_LENGTH } from "../../model/limits.ts";
import type { Arguments, Option } from "../command.ts";
import { UsageError } from "../failures.ts";
import { readFileBounded } from "../files/read-bounded.ts";

/** What Cloudflare Access is shown, where it stands in front of a guard. At least one of the two. */
export interface AccessCredentials {
  /** A person's, from `cloudflared access token`. */
  readonly token: string | undefined;
  /** A program's. */
  readonly service: { readonly id: string; readonly secret: string } | undefined;
}

export const ACCESS_OPTION: Readonly<Record<string, Option>> = {
  "access-file": {
    value: "FILE",
    file: true,
    help: "For Cloudflare Access in front of the guard. Default: JOTGATE_ACCESS_TOKEN, JOTGATE_ACCESS_CLIENT_ID and _SECRET.",
  },
};

/** As Access calls them. */
const HEADERS = {
  token: "cf-access-token",
  id: "cf-access-client-id",
  secret: "cf-access-client-secret",
} as const;

type Part = keyof typeof HEADERS;

const VARIABLES: Readonly<Record<Part, string>> = {
  token: "JOTGATE_ACCESS_TOKEN",
  id: "JOTGATE_ACCESS_CLIENT_ID",
  secret: "JOTGATE_ACCESS_CLIENT_SECRET",
};

/** Three texts with their names. */
const MAX_BYTES = 3 * MAX_TOKEN_LENGTH;

/**
 * Credentials for Access, from a file or else from the environment; never from arguments, which show in process lists and
 * shell histories. A file has the token that `cloudflared access token` prints, or header lines as Cloudflare's dashboard shows
 * them for a service token, or both.
 *
 * @returns undefined when there are none
 * @throws UsageError for half of a service token and for what is none of this
 */
export function readAccess(args: Arguments, environment: NodeJS.ProcessEnv): AccessCredentials | undefined {
  const file = args.text("access-file");
  const parts = file === undefined ? fromEnvironment(environment) : parse(readFileBounded(file, MAX_BYTES));
  const { token, id, secret } = parts;
  if (file !== undefined && Object.keys(parts).length === 0) throw new UsageError("The Access file is empty.");
  if (Object.values(parts).some((text) => !/^[\x21-\x7e]+$/.test(text))) {
    throw new UsageError("The Access credentials have characters that none have.");
  }
  if ((id === undefined) !== (secret === undefined)) {
    const missing = id === undefined ? "id" : "secret";
    const where = file === undefined ? VARIABLES[missing] : `the line ${HEADERS[missing]}: …`;
    throw new UsageError(`The service token for Cloudflare Access is half there: ${where} is missing.`);
  }
  if (token === undefined && id === undefined) return undefined;
  return { token, service: id === undefined || secret === undefined ? undefined : { id, secret } };
}

/** The headers that Access looks at. */
export function accessHeaders(access: AccessCredentials | undefined): Readonly<Record<string, string>> {
  const { token, service } = access ?? {};
  return {
    ...(token !== undefined && { [HEADERS.token]: token }),
    ...(service !== undefined && { [HEADERS.id]: service.id, [HEADERS.secret]: service.secret }),
  };
}

type Parts = { readonly [part in Part]?: string };

function fromEnvironment(environment: NodeJS.ProcessEnv): Parts {
  const set = Object.entries(VARIABLES).map(([part, name]) => [part, environment[name]?.trim()]);
  return Object.fromEntries(set.filter(([, text]) => text));
}

function parse(text: string): Parts {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return Object.fromEntries(lines.map(parseLine));
}

function parseLine(line: string): readonly [Part, string] {
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(line)) return ["token", line];
  const [, name = "", value = ""] = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line) ?? [];
  for (const part of ["token", "id", "secret"] as const) {
    if (HEADERS[part] === name.toLowerCase() && value !== "") return [part, value];
  }
  throw new UsageError(
    "The Access file has a line that is neither a token nor CF-Access-Client-Id: … nor CF-Access-Client-Secret: ….",
  );
}
