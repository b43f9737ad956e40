// Reads the files of Project Wycheproof. Their README says where they come from.

export type Published = "valid" | "invalid" | "acceptable";

/** One published vector, with the group that it stands in. */
export interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: Published;
  readonly group: VectorGroup;
  /** Compact serialization as a string, JSON serialization as an object. */
  readonly jws?: unknown;
  readonly jwe?: unknown;
  /** Hexadecimal; in files of bare signatures. */
  readonly msg?: string;
  readonly sig?: string;
}

export interface VectorGroup {
  readonly comment?: string;
  /** A JWK or a JWK Set; groups of shared secrets have the private one only. */
  readonly public?: Jwk;
  readonly private?: Jwk;
  readonly publicKeyJwk?: Jwk;
  readonly keyJwk?: Jwk;
  readonly publicKey?: { readonly uncompressed?: string };
}

export type Jwk = Readonly<Record<string, unknown>>;

/** What came of a vector, against what was published for it. */
export interface Outcome {
  readonly tcId: number;
  readonly published: Published;
  readonly accepted: boolean;
}

/** All vectors of a file. Throws when there are not as many as the file itself says. */
export function readVectors(text: string): readonly Vector[] {
  const file = JSON.parse(text) as {
    numberOfTests: number;
    testGroups: readonly (VectorGroup & { tests: readonly Vector[] })[];
  };
  const vectors = file.testGroups.flatMap(({ tests, ...group }) => tests.map((vector) => ({ ...vector, group })));
  if (vectors.length !== file.numberOfTests) throw new Error(`${vectors.length} instead of ${file.numberOfTests}`);
  return vectors;
}

/** Judges every vector, in order; `judge` says whether it is accepted. */
export async function judgeAll(
  vectors: readonly Vector[],
  judge: (vector: Vector) => Promise<boolean>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const vector of vectors) {
    outcomes.push({ tcId: vector.tcId, published: vector.result, accepted: await judge(vector) });
  }
  return outcomes;
}

/** By vector, where the outcome is not the published one: `valid, refused` and the like. */
export function deviationsIn(outcomes: readonly Outcome[]): Readonly<Record<number, string>> {
  return Object.fromEntries(
    outcomes
      .filter(({ published, accepted }) => published !== (accepted ? "valid" : "invalid"))
      .map(({ tcId, published, accepted }) => [tcId, `${published}, ${accepted ? "accepted" : "refused"}`]),
  );
}

/** What a client would send as the token: JSON serializations as their JSON text. */
export function textOf(token: unknown): string {
  return typeof token === "string" ? token : JSON.stringify(token);
}
