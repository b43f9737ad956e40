import { plain } from "../../explain/printable.ts";
import { RECORD_ORDERS, RECORD_STATES } from "../../model/ledger-desk.ts";
import { RECORD_KINDS } from "../../model/revocation.ts";
import type { Arguments, Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import { type Listed, recordsPage } from "../remote/answers.ts";
import { readTimeOption } from "../remote/command-options.ts";
import { describeListed } from "../remote/describe-listed.ts";
import { KIND_OPTION, readChoice } from "../remote/filter-options.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { IDENTITY_OPTIONS, readIdentity } from "../remote/identity-options.ts";
import { collect, LIMIT_OPTION, readLimit, tellOfMore } from "../remote/pages.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";

export const list: Command = {
  name: "list",
  summary: "List revocation records.",
  description: `Lists what the ledger has: the records that count, in order of their names, where nothing else is said. The ledger knows
records by names alone, so --issuer with an id finds the records of just this token, session or user, and --issuer alone the issuer's own.
A line says where a record stands if that is not simply live: lifted, not to be read, not yet copied to KV.`,
  operands: [],
  options: {
    ...KIND_OPTION,
    ...IDENTITY_OPTIONS,
    by: { value: "NAME", help: "Written by this operator." },
    state: { value: "STATE", help: `In this state: ${RECORD_STATES.join(", ")}. Default: live.` },
    "until-before": { value: "TIME", help: "Those that end before." },
    "until-after": { value: "TIME", help: "Those that end after, or never." },
    "changed-since": { value: "TIME", help: "Those that were changed since." },
    order: {
      value: "ORDER",
      help: `${RECORD_ORDERS.join(", ")}: by name, or by when they were changed. Default: name.`,
    },
    after: { value: "NEXT", help: "Go on where a list ended that had more." },
    ...LIMIT_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { command: "jotgate list --kind subject", does: "Lists the cut-offs of users." },
    { command: "jotgate list --order newest --limit 10", does: "Lists what was changed last." },
    { command: "jotgate list --state lifted --by alice", does: "Lists what alice had revoked and somebody took back." },
    {
      command: "jotgate list --limit 100000 --json | jq '.records | length'",
      does: "Counts everything, as scripts do.",
    },
  ],
  exitCodes: { 0: "Listed.", 1: "The guard refuses.", 2: "Wrong usage.", 3: "It could not be found out." },
  async run(args, { terminal }) {
    const [limit, query] = [readLimit(args), readFilters(args)];
    const client = new GuardClient(readTarget(args));
    const { items: records, next } = await terminal.during("Reading …", (say) =>
      collect<Listed, string>(limit, args.text("after"), async (size, after) => {
        const page = await client.get("records", recordsPage, { ...query, after, limit: size });
        say(`Reading … up to ${plain(page.records.at(-1)?.name ?? "the end")}`);
        return { items: page.records, next: page.next };
      }),
    );
    if (args.has("json")) terminal.printJson({ format: 1, command: "list", records, next });
    else if (records.length === 0) terminal.print("There are no such records.");
    else {
      for (const one of records) terminal.print(`${plain(one.name)}  ${describeListed(one).join("; ")}`);
      tellOfMore(next, "after", terminal);
    }
    return 0;
  },
};

function readFilters(args: Arguments): Readonly<Record<string, string | number | undefined>> {
  const identity = readIdentity(args);
  if (identity.issuer === undefined && Object.keys(identity).length > 0) {
    throw new UsageError("An id needs --issuer beside it.");
  }
  return {
    ...identity,
    kind: readChoice(args, "kind", RECORD_KINDS),
    by: args.text("by"),
    state: readChoice(args, "state", RECORD_STATES),
    untilBefore: readTimeOption(args, "until-before"),
    untilAfter: readTimeOption(args, "until-after"),
    changedSince: readTimeOption(args, "changed-since"),
    order: readChoice(args, "order", RECORD_ORDERS),
  };
}
