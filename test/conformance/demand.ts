/** How much a text demands, in the words of RFC 2119. `OURS` is what no text demands and we do. */
export type Level = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "OURS";

/** A test, by its file from the root of the repository and its full name. */
export interface Citation {
  readonly file: string;
  readonly name: string;
}

/** Why no test shows a demand, or why what tests show is not the whole of it. */
export interface Remark {
  readonly kind: "note" | "by construction" | "not applicable" | "different" | "not met";
  readonly because: string;
}

/** One demand of a text on whoever checks tokens or stands in front of an origin. */
export interface Demand {
  readonly section: string;
  readonly level: Level;
  /** In our own words. */
  readonly says: string;
  readonly shownBy: readonly Citation[];
  readonly remark?: Remark;
}

/** A text and what it demands of us. */
export interface Specification {
  readonly title: string;
  readonly url?: string;
  /** What was left out because it speaks to somebody else, and whatever else helps to read the table. */
  readonly about: string;
  readonly demands: readonly Demand[];
}

type Evidence = Citation | Remark;

export const must = demand("MUST");
export const mustNot = demand("MUST NOT");
export const should = demand("SHOULD");
export const shouldNot = demand("SHOULD NOT");
export const ours = demand("OURS");

/** The demand is met, and there is something to say about it. */
export function note(because: string): Remark {
  return { kind: "note", because };
}

/** The demand is met by how the code is made, which no test can show. @param because names the source */
export function byConstruction(because: string): Remark {
  return { kind: "by construction", because };
}

/** The demand speaks of something that the guard does not have. */
export function notApplicable(because: string): Remark {
  return { kind: "not applicable", because };
}

/** The guard does something else on purpose. */
export function different(because: string): Remark {
  return { kind: "different", because };
}

/** The guard should and does not. */
export function notMet(because: string): Remark {
  return { kind: "not met", because };
}

/** Names tests of one file. @param path below `test/`, without `.test.ts` */
export function inFile(path: string): (...names: readonly string[]) => Citation[] {
  return (...names) => names.map((name) => ({ file: `test/${path}.test.ts`, name }));
}

function demand(level: Level) {
  return (section: string, says: string, ...evidence: readonly (Evidence | readonly Evidence[])[]): Demand => {
    const all = evidence.flat();
    const shownBy = all.filter((each) => "file" in each);
    const [remark, another] = all.filter((each) => "kind" in each);
    if (another !== undefined) throw new Error(`§${section} has two remarks: ${says}`);
    if ((remark === undefined || remark.kind === "note") && shownBy.length === 0) {
      throw new Error(`§${section} has no evidence: ${says}`);
    }
    return { section, level, says, shownBy, ...(remark && { remark }) };
  };
}
