import { type Command, optionsOf } from "./command.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

/** Scripts that complete commands, their options and fixed arguments, and file names everywhere else. */
export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (commands: readonly Command[]) => string>> = {
  bash: (commands) => `_jotgate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
    ${commands.flatMap(valueOptions).join(" | ")})
      COMPREPLY=($(compgen -f -- "$current"))
      return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${commands.map((command) => `    ${command.name}) words="${wordsOf(command).join(" ")}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$current" in -*) ;; *) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
}
complete -F _jotgate jotgate`,

  zsh: (commands) => `#compdef jotgate
_jotgate() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map((command) => `    ${command.name}) shift words; (( CURRENT-- )); _arguments ${zshArguments(command)} ;;`).join("\n")}
  esac
}
if [ "$funcstack[1]" = "_jotgate" ]; then _jotgate "$@"; else compdef _jotgate jotgate; fi`,

  fish: (commands) =>
    [
      "complete -c jotgate -f",
      ...commands.flatMap((command) => [
        `complete -c jotgate -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`,
        ...fishLines(command),
      ]),
    ].join("\n"),
};

function wordsOf(command: Command): string[] {
  return [...Object.keys(optionsOf(command)).map((name) => `--${name}`), ...choicesOf(command)];
}

function choicesOf({ operands }: Command): readonly string[] {
  return operands.flatMap(({ choices }) => choices ?? []);
}

function valueOptions(command: Command): string[] {
  return Object.entries(optionsOf(command)).flatMap(([option, { value }]) =>
    value === undefined ? [] : [`"${command.name} --${option}"`],
  );
}

function zshArguments(command: Command): string {
  const options = Object.entries(optionsOf(command)).map(([name, { help, value, file, repeated }]) => {
    const argument = value === undefined ? "" : `:${value.replace(/[":]/g, "")}:${file ? "_files" : ""}`;
    return quote(`${repeated ? "*" : ""}--${name}[${help.replace(/[[\]:]/g, "\\$&")}]${argument}`);
  });
  const choices = choicesOf(command);
  const operand =
    command.operands.length === 0
      ? []
      : [quote(choices.length > 0 ? `1:argument:(${choices.join(" ")})` : "*:file:_files")];
  return [...options, ...operand].join(" ");
}

function fishLines(command: Command): string[] {
  const within = `complete -c jotgate -n ${quote(`__fish_seen_subcommand_from ${command.name}`)}`;
  const options = Object.entries(optionsOf(command)).map(([name, { help, value, file }]) => {
    const argument = value === undefined ? "" : file ? " -r -F" : " -r";
    return `${within} -l ${name}${argument} -d ${quote(help)}`;
  });
  const choices = choicesOf(command);
  if (choices.length > 0) return [...options, `${within} -a ${quote(choices.join(" "))}`];
  return command.operands.length > 0 ? [...options, `${within} -F`] : options;
}

/** For all three shells: in single quotes, where only a single quote itself means something (and, in fish, a backslash). */
function quote(text: string): string {
  return `'${text.replaceAll("'", "’").replaceAll("\\", "\\\\")}'`;
}
