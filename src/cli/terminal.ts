import { styleText } from "node:util";
import { plain } from "../explain/printable.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command writes. Colours and progress are for people: neither goes anywhere but to a terminal. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #error: NodeJS.WriteStream;
  readonly #colours: boolean;
  readonly #live: boolean;
  /** There is a line on the terminal that says what goes on. */
  #showing = false;

  /** @param environment `NO_COLOR` (https://no-color.org) and `TERM=dumb` switch colours off */
  constructor(out: NodeJS.WriteStream, error: NodeJS.WriteStream, environment: NodeJS.ProcessEnv) {
    this.#out = out;
    this.#error = error;
    this.#colours = out.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
    this.#live = error.isTTY === true && environment["TERM"] !== "dumb";
  }

  print(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** Ends of lines are all layout: in texts JSON escapes them, but not all else that steers a terminal. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2).split("\n").map(plain).join("\n"));
  }

  warn(text: string): void {
    this.#clear();
    this.#error.write(`${text}\n`);
  }

  /** Whether what is printed is read as it comes. */
  get isInteractive(): boolean {
    return this.#out.isTTY === true;
  }

  /** Prints a lot: returns when whoever reads it is ready for more. */
  async pour(text: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#out.write(text, () => resolve());
    });
  }

  style(style: Style, text: string): string {
    // Whether there are colours was decided above; styleText of Node 20 has no opinion of its own.
    return this.#colours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Shows what goes on while it goes on, in one line that disappears afterwards. */
  async during<T>(activity: string, work: (say: (activity: string) => void) => Promise<T>): Promise<T> {
    const say = (what: string) => {
      if (this.#live) this.#error.write(`\r\x1b[2K${what}`);
      this.#showing = this.#live;
    };
    say(activity);
    try {
      return await work(say);
    } finally {
      this.#clear();
    }
  }

  #clear(): void {
    if (this.#showing) this.#error.write("\r\x1b[2K");
    this.#showing = false;
  }
}
