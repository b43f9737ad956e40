import type { ConnectionRecord } from "../model/connection-record.ts";
import type { DecisionRecord } from "../model/decision-record.ts";
import type { Problem } from "../model/problem.ts";

/** One line of JSON per request, and per connection that was closed, for `wrangler tail`, Workers Logs or Logpush. */
export function writeRecord(record: DecisionRecord | ConnectionRecord): void {
  console.log(JSON.stringify(record));
}

/** Everything that is wrong with the configuration, in one record. */
export function writeProblems(problems: readonly Problem[]): void {
  console.error(JSON.stringify({ event: "configuration_invalid", problems }));
}

/** A defect of Jotgate's: the kind of error and where it came from; its message might quote what a client sent. */
export function writeDefect(error: unknown, requestId: string): void {
  const { name, message, stack } = error instanceof Error ? error : { name: typeof error, message: "", stack: "" };
  // The stack begins with the message, which may itself have lines that look like frames.
  const frames = (stack ?? "")
    .replace(message, "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  console.error(JSON.stringify({ event: "internal_error", requestId, error: name, frames: frames.slice(0, 10) }));
}
