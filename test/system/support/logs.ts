/** A line that the Worker wrote. */
interface LogLine {
  readonly message: string;
}

/** The members of a decision record that system tests look at. */
export interface RecordedDecision {
  readonly event: "decision";
  readonly outcome: string;
  readonly reason: string | null;
  readonly route: string | null;
  readonly caller?: string;
  readonly status: number;
  readonly requestId: string;
  readonly revocation?: { readonly source?: string; readonly asOf?: number; readonly unchecked?: string };
}

export interface ProblemReport {
  readonly event: "configuration_invalid";
  readonly problems: readonly { readonly path: string; readonly problem: string; readonly remedy: string }[];
}

export function readDecisions(lines: readonly LogLine[]): RecordedDecision[] {
  return readEvents(lines, "decision") as unknown as RecordedDecision[];
}

/** Records of connections that were closed. */
export function readClosures(lines: readonly LogLine[]): Readonly<Record<string, unknown>>[] {
  return readEvents(lines, "connection_closed") as unknown as Readonly<Record<string, unknown>>[];
}

export function readProblems(lines: readonly LogLine[]): ProblemReport[] {
  return readEvents(lines, "configuration_invalid") as unknown as ProblemReport[];
}

function readEvents(lines: readonly LogLine[], event: string): { readonly event: string }[] {
  return lines.flatMap(({ message }) => {
    const parsed: unknown = message.startsWith("{") ? JSON.parse(message) : undefined;
    return isEvent(parsed) && parsed.event === event ? [parsed] : [];
  });
}

function isEvent(value: unknown): value is { readonly event: string } {
  return typeof value === "object" && value !== null && "event" in value;
}
