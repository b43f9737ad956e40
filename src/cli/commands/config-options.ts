import type { Option } from "../command.ts";

/** Which configuration a command works with. */
export const CONFIG_OPTIONS: Readonly<Record<string, Option>> = {
  config: { value: "FILE", file: true, help: "Wrangler's configuration. Default: the one in this folder." },
  env: { value: "NAME", help: "An environment of it, [env.NAME]. Default: none." },
};
