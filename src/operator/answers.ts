import type { Problem } from "../model/problem.ts";
import { type ProblemAnswer, problem } from "./problem.ts";

/** An answer that is never stored. */
export function answer(content: object): Response {
  return new Response(`${JSON.stringify(content)}\n`, {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** 400 with everything that is wrong. */
export function invalid(...problems: readonly Problem[]): ProblemAnswer {
  return problem("invalid_request", { problems });
}

/** 400 for one thing that does not fit. */
export function misfit(path: string, remedy: string): ProblemAnswer {
  return invalid(unfit(path, remedy));
}

/** 400 for a body of which nothing can be made, whatever it asks for. */
export function malformed(path: string, remedy: string): ProblemAnswer {
  return problem("malformed_body", { problems: [unfit(path, remedy)] });
}

function unfit(path: string, remedy: string): Problem {
  return { path, problem: "does not fit", remedy };
}
