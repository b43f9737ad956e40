import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command writes. Colours and progress are for people: neither goes anywhere but to a terminal. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #error: NodeJS.WriteStream;
  readonly #colours: boolean;
  readonly #live: boolean;

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

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  warn(text: string): void {
    this.#error.write(`${text}\n`);
  }

  style(style: Style, text: string): string {
    // Whether there are colours was decided above; styleText of Node 20 has no opinion of its own.
    return this.#colours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Shows what goes on while it goes on, in one line that disappears afterwards. */
  async during<T>(activity: string, work: (say: (activity: string) => void) => Promise<T>): Promise<T> {
    const say = (what: string) => {
      if (this.#live) this.#error.write(`\r\x1b[2K${what}`);
    };
    say(activity);
    try {
      return await work(say);
    } finally {
      if (this.#live) this.#error.write("\r\x1b[2K");
    }
  }
}
