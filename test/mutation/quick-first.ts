import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that make keys, or try much at random. */
const SLOW = /\/(?:access|merge-records|token-memory|verify-signature|verify-token)\.test\.ts$/;

/** Quick tests come first: the first one that fails ends the run, and most mutants are noticed by one of them. */
export class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [slow, quick] = [files.filter(isSlow), files.filter((file) => !isSlow(file))];
    return [...quick, ...slow];
  }
}

function isSlow({ moduleId }: TestSpecification): boolean {
  return SLOW.test(moduleId);
}
