import { Random } from "./random.ts";

/**
 * Virtual time: a queue of events, run one after the other. Between two events all promises that can go on do, so a run
 * follows from its seed alone.
 */
export class World {
  readonly random: Random;
  #now = 0;
  #count = 0;
  readonly #order: Random;
  readonly #heap: Event[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
    this.#order = this.random.fork();
  }

  /** Milliseconds since the beginning of the world, whole. No machine sees this time. */
  get now(): number {
    return this.#now;
  }

  get eventCount(): number {
    return this.#count;
  }

  /** Events of the same millisecond happen in any order. */
  after(milliseconds: number, action: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, Math.round(milliseconds)), tie: this.#order.next(), action };
    push(this.#heap, event);
    return () => {
      event.action = undefined;
    };
  }

  /** Runs everything that happens up to that time. */
  async runUntil(time: number): Promise<void> {
    await allPromises();
    for (let event = this.#heap[0]; event !== undefined && event.at <= time; event = this.#heap[0]) {
      pop(this.#heap);
      if (event.action === undefined) continue;
      this.#now = event.at;
      this.#count++;
      event.action();
      await allPromises();
    }
    this.#now = time;
  }
}

/** Taken before any run puts virtual timers in place. */
const realSetImmediate = setImmediate;

function allPromises(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

interface Event {
  readonly at: number;
  readonly tie: number;
  action: (() => void) | undefined;
}

function isBefore(one: Event, other: Event): boolean {
  return one.at !== other.at ? one.at < other.at : one.tie < other.tie;
}

function push(heap: Event[], event: Event): void {
  let index = heap.length;
  heap.push(event);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Event;
    if (!isBefore(event, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop() as Event;
  if (heap.length === 0) return;
  let index = 0;
  for (let child = 1; child < heap.length; child = 2 * index + 1) {
    const right = heap[child + 1];
    if (right !== undefined && isBefore(right, heap[child] as Event)) child++;
    const smaller = heap[child] as Event;
    if (!isBefore(smaller, last)) break;
    heap[index] = smaller;
    index = child;
  }
  heap[index] = last;
}
