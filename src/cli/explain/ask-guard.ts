import type { Explanation } from "../../explain/explanation.ts";
import type { Arguments } from "../command.ts";
import { UsageError } from "../failures.ts";
import { explanation } from "../remote/answers.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { readTarget } from "../remote/target.ts";
import type { Terminal } from "../terminal.ts";
import { readHeaders, readLine, readRequest, readSource, readToken } from "./request-options.ts";

/** What a guard that runs has of its own. */
const LOCAL_ONLY = ["now", "keys", "records", "config", "env"];

/** Lets a guard that runs explain a request. */
export async function askGuard(args: Arguments, terminal: Terminal): Promise<Explanation> {
  const line = readLine(args);
  const misplaced = LOCAL_ONLY.find((option) => args.has(option));
  if (misplaced !== undefined) throw new UsageError(`Leave --${misplaced} out: the guard that is asked has its own.`);
  const target = readTarget(args);
  const { method, scheme, host, path } = readRequest(line, args.text("host") ?? target.url.host);
  // A path without a host is asked of the guard's own, by the scheme that it is reached by.
  const isWhole = !/ +\//.test(line);
  const origin = isWhole ? `${scheme}://${host}` : `${target.url.protocol}//${host}`;
  const headers = Object.fromEntries(readHeaders(args.texts("header"), []));
  readSource(args.text("token-in"));
  const tokenIn = args.text("token-in");
  const token = await readToken(args);
  const question = {
    ...{ method, url: `${origin}${path}`, headers },
    ...(token !== undefined && { token, ...(tokenIn !== undefined && { tokenIn }) }),
  };
  return terminal.during("Asking the guard …", () => new GuardClient(target).post("explain", explanation, question));
}
