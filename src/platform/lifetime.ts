/** What work that outlives its request needs of the platform. */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void;
}
