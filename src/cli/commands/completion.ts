import type { Command } from "../command.ts";
import { COMPLETION_SCRIPTS, SHELLS } from "../completion-scripts.ts";
import { UsageError } from "../failures.ts";

export const completion: Command = {
  name: "completion",
  summary: "Print a script that completes commands and options in a shell.",
  description: "Prints a script for bash, zsh or fish. It needs jotgate on the PATH of the shell.",
  operands: [{ name: "SHELL", help: `which shell: ${SHELLS.join(", ")}.`, choices: SHELLS }],
  options: {},
  examples: [
    { command: "source <(jotgate completion bash)", does: "In ~/.bashrc." },
    {
      command: "jotgate completion zsh > ~/.zfunc/_jotgate",
      does: "With fpath+=~/.zfunc before compinit in ~/.zshrc.",
    },
    { command: "jotgate completion fish > ~/.config/fish/completions/jotgate.fish", does: "Once." },
  ],
  exitCodes: { 0: "Printed.", 2: "Wrong usage." },
  async run(args, { terminal, commands }) {
    const shell = SHELLS.find((known) => known === args.operands[0]);
    if (shell === undefined) throw new UsageError(`Say which shell: ${SHELLS.join(", ")}.`);
    const script = COMPLETION_SCRIPTS[shell](commands);
    if (args.has("json")) terminal.printJson({ format: 1, command: "completion", shell, script });
    else terminal.print(script);
    return 0;
  },
};
