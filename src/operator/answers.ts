import type { Problem } from "../model/problem.ts";
import { problem } from "./problem.ts";

/** An answer that is never stored. */
export function answer(content: object): Response {
  return new Response(`${JSON.stringify(content)}\n`, {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** 400 with everything that is wrong. */
export function invalid(...problems: readonly Problem[]): Response {
  return problem(400, "invalid_request", { problems });
}

/** 400 for one thing that does not fit. */
export function misfit(path: string, remedy: string): Response {
  return invalid({ path, problem: "does not fit", remedy });
}
