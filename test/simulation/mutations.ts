/** A change of one place in the source. Its text stands there exactly once. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mistake that somebody could make in the protocol. */
export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** It needs records that outlast tombstones, and so worlds of more than a day. */
  readonly needsDays?: true;
  /** It shows in few worlds; one of them comes soon after this one. Only time is lost when it no longer does. */
  readonly from?: number;
}

const MIRROR = "revocation/mirror.ts";
const READER = "revocation/mirror-reader.ts";
const FRESHNESS = "revocation/freshness.ts";
const REFRESH = "revocation/mirror-refresh.ts";
const REPORTED = "revocation/reported-records.ts";
const LEDGER = "ledger/ledger.ts";
const FENCE = "ledger/fence.ts";
const FEED = "ledger/answer-feed.ts";
const COMMANDS = "ledger/commands.ts";
const ADOPTION = "ledger/adoption.ts";
const OUTBOX = "ledger/outbox.ts";

/** The check that an answer belongs to what the mirror has to know next. */
const ANSWERS_THE_QUESTION: Edit = {
  file: MIRROR,
  find: 'if (asked.question.ledger !== ledger || asked.question.since !== since) return "unusable";',
  replace: "",
};

const CONTINUES_FROM_HEAD: Edit = {
  file: MIRROR,
  find: 'if (answer.since !== since || !(complete ? through >= since : through > since) || !(age >= 0)) return "unusable";',
  replace: "",
};

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "freshness counted from the arrival of the answer",
    edits: [
      { file: MIRROR, find: "this.#freshness.prove(asked.sentAt - age,", replace: "this.#freshness.prove(now - age," },
    ],
  },
  {
    name: "age of the answer ignored",
    from: 1_160,
    edits: [
      {
        file: MIRROR,
        find: "this.#freshness.prove(asked.sentAt - age,",
        replace: "this.#freshness.prove(asked.sentAt,",
      },
    ],
  },
  {
    name: "clocks of two machines compared",
    edits: [
      { file: MIRROR, find: "this.#freshness.prove(asked.sentAt - age,", replace: "this.#freshness.prove(age," },
      {
        file: LEDGER,
        find: "const answer = this.#feed.changes(question, age, this.#fence.now().ms);",
        replace: "const answer = this.#feed.changes(question, this.#fence.now().ms - age, this.#fence.now().ms);",
      },
    ],
  },
  {
    name: "partial page counts as fresh",
    edits: [
      {
        file: MIRROR,
        find: 'if (!complete) return "more";',
        replace: 'if (!complete) { this.#freshness.prove(asked.sentAt - age, asked.setBacks); return "more"; }',
      },
    ],
  },
  {
    name: "identity of the ledger ignored",
    edits: [
      {
        file: MIRROR,
        find: '(answer.kind === "reset" || (ledger !== null && answer.ledger !== ledger))',
        replace: '(answer.kind === "reset")',
      },
      { file: FEED, find: "(ledger === id && Number", replace: "(Number" },
    ],
  },
  {
    name: "replaced object believed",
    edits: [
      {
        file: FENCE,
        find: "  next(): Promise<void> {",
        replace:
          "  next(): Promise<void> {\n    if (this.#flight === undefined || this.#flight !== undefined) return Promise.resolve();",
      },
    ],
  },
  {
    name: "strict answers rest on an old proof",
    edits: [
      {
        file: LEDGER,
        find: "await this.#fence.next();\n    if (!this.#readiness.isReady()) return STARTING;\n    const answer = answerLook",
        replace: "await this.#fence.age(this.#fence.now());\n    const answer = answerLook",
      },
    ],
  },
  {
    name: "old mirror kept while the ledger is out of reach",
    edits: [{ file: FRESHNESS, find: "age >= 0 && age < this.#bound", replace: "age >= 0" }],
  },
  {
    name: "late answer overwrites a newer one",
    edits: [
      ANSWERS_THE_QUESTION,
      CONTINUES_FROM_HEAD,
      { file: REFRESH, find: "const PAGE_DEADLINE = 2_000;", replace: "const PAGE_DEADLINE = 20_000;" },
      { file: FRESHNESS, find: "Math.max(this.#asOf ?? asOf, asOf)", replace: "asOf" },
    ],
  },
  {
    name: "gap after a reset accepted",
    edits: [
      {
        file: MIRROR,
        find: "this.#loading = emptyCopy(ledger);",
        replace: "this.#loading = { ledger, table: new MirrorTable(), head: this.#current?.head ?? 0 };",
      },
    ],
  },
  {
    name: "aborted request poisons the refresh",
    edits: [{ file: REFRESH, find: "&& elapsed(latest.progressAt, now) < LOST_AFTER", replace: "" }],
  },
  {
    name: "refresh not carried beyond the request",
    edits: [{ file: REFRESH, find: "    lifetime.waitUntil(run.done);\n", replace: "" }],
  },
  {
    name: "clock that goes back not noticed",
    edits: [{ file: FRESHNESS, find: "      this.#setBacks++;\n      this.#asOf = undefined;\n", replace: "" }],
  },
  {
    name: "report of KV not kept",
    edits: [
      {
        file: READER,
        find: "    this.#learn(addresses, lookup.records);\n",
        replace: "",
      },
    ],
  },
  {
    name: "old copy in KV undoes a lift for a mirror",
    edits: [
      {
        file: REPORTED,
        find: "if (liftedUntil !== undefined && liftedUntil * 1000 - KV_MAY_LAG > asOf) return;",
        replace: "void [liftedUntil, asOf];",
      },
    ],
  },
  {
    name: "lift leaves what KV had reported",
    edits: [{ file: REPORTED, find: "    this.#records.delete(high, low);\n", replace: "" }],
  },
  {
    name: "lift forgotten when a new record comes after it",
    edits: [{ file: FEED, find: "return isBack ?", replace: "return isBack && row.sequence === null ?" }],
  },
  {
    name: "lifted record comes back by a late scan",
    edits: [
      {
        file: ADOPTION,
        find: 'if (row?.lifted && isEcho(row, now) && isSame(mergeRecords(row.lifted, says), row.lifted)) return "old";',
        replace: "",
      },
    ],
  },
  {
    name: "own old copy in KV taken for news",
    edits: [
      {
        file: ADOPTION,
        find: 'if (row.liftedSequence !== null && mark.sequence < row.liftedSequence) return "old";',
        replace: "if (row.liftedSequence !== null && mark.sequence < row.liftedSequence) return undefined;",
      },
      {
        file: ADOPTION,
        find: 'if (row?.lifted && isEcho(row, now) && isSame(mergeRecords(row.lifted, says), row.lifted)) return "old";',
        replace: "",
      },
    ],
  },
  {
    name: "tombstone forgotten without a reset",
    needsDays: true,
    edits: [{ file: FEED, find: "since <= head && hasAllLifts", replace: "since <= head && (hasAllLifts || true)" }],
  },
  {
    name: "acknowledged before it is durable",
    edits: [
      {
        file: LEDGER,
        find: "const answer = await this.#taker.carryOut(command);\n    await this.#durable();",
        replace: "const answer = await this.#taker.carryOut(command);",
      },
    ],
  },
  {
    name: "command carried out twice",
    edits: [
      {
        file: COMMANDS,
        find: "if (answered !== undefined) {",
        replace: 'if (answered !== undefined && command.do !== "lift") {',
      },
      {
        file: "ledger/history.ts",
        find: "INSERT INTO history (id, at,",
        replace: "INSERT OR REPLACE INTO history (id, at,",
      },
    ],
  },
  {
    name: "command overwrites what was stricter",
    edits: [
      {
        file: COMMANDS,
        find: "const record = before.live ? mergeRecords(before.record, says) : says;",
        replace: "const record = says;",
      },
    ],
  },
  {
    name: "record from outside overwrites what was stricter",
    edits: [
      {
        file: ADOPTION,
        find: "const merged = row.live ? mergeRecords(row.record, says) : says;",
        replace: "const merged = says;",
      },
    ],
  },
  {
    name: "write-through lowers what another writer put there",
    from: 450,
    edits: [
      {
        file: OUTBOX,
        find: "const origin = entry && this.#adoption.merge(name, entry, this.#clock.now());",
        replace: "const origin: Origin | undefined = entry === undefined ? undefined : undefined;",
      },
    ],
  },
];
