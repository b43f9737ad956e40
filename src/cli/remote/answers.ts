import * as v from "valibot";
import type { Explanation } from "../../explain/explanation.ts";
import { RECORD_KINDS } from "../../model/revocation.ts";

/*
 * What a guard answers, as far as this tool relies on it. Whatever listens at an address may answer anything, so nothing is
 * taken for a record or a number before it was looked at. Members that a later release adds are let through.
 */

/** Form of one answer; it changes nothing. */
export type AnswerSchema<T> = v.GenericSchema<T, T>;

const number = v.pipe(v.number(), v.finite());

const kind = v.picklist(RECORD_KINDS);

const storedRecord = v.looseObject({
  format: v.literal(1),
  revoked: v.exactOptional(v.literal(true)),
  issuedBefore: v.exactOptional(number),
  minimumTokenVersion: v.exactOptional(number),
  until: v.exactOptional(number),
  by: v.exactOptional(v.string()),
  why: v.exactOptional(v.string()),
  at: v.exactOptional(number),
});

const listedRecord = v.looseObject({
  name: v.string(),
  kind,
  record: storedRecord,
  sequence: number,
  state: v.exactOptional(v.string()),
  invalid: v.boolean(),
  pending: v.boolean(),
  lift: v.exactOptional(
    v.looseObject({ by: v.exactOptional(v.string()), why: v.exactOptional(v.string()), at: v.exactOptional(number) }),
  ),
});

export type Listed = v.InferOutput<typeof listedRecord>;

const problem = v.looseObject({ path: v.string(), problem: v.string(), remedy: v.string() });

/** Of a command alone in its request. */
export const acknowledgement = v.looseObject({
  sequence: number,
  changed: v.boolean(),
  name: v.string(),
  kind,
  before: v.exactOptional(v.nullable(storedRecord)),
  record: v.nullable(storedRecord),
  enforcedBy: number,
});

export const preview = v.looseObject({
  dryRun: v.literal(true),
  changed: v.boolean(),
  name: v.string(),
  kind,
  before: v.nullable(storedRecord),
  record: v.nullable(storedRecord),
  enforcedBy: number,
});

const refusedCommand = v.looseObject({ ok: v.literal(false), problems: v.array(problem) });

/** Of many commands: what is counted. */
export const batch = v.looseObject({
  results: v.array(
    v.variant("ok", [
      v.looseObject({
        ok: v.literal(true),
        acknowledgement: v.looseObject({ changed: v.boolean(), sequence: number }),
      }),
      refusedCommand,
    ]),
  ),
});

/** The same of what was only asked for. */
export const previewBatch = v.looseObject({
  results: v.array(
    v.variant("ok", [
      v.looseObject({ ok: v.literal(true), preview: v.looseObject({ changed: v.boolean() }) }),
      refusedCommand,
    ]),
  ),
});

export const oneRecord = listedRecord;

export const recordsPage = v.looseObject({ records: v.array(listedRecord), next: v.nullable(v.string()) });

/** What is on record under each name that concerns somebody. */
export const state = v.looseObject({
  records: v.array(v.union([listedRecord, v.looseObject({ name: v.string(), kind, record: v.null() })])),
});

export const historyPage = v.looseObject({
  entries: v.array(
    v.looseObject({
      number,
      at: number,
      lastAt: v.exactOptional(number),
      op: v.string(),
      name: v.nullable(v.string()),
      by: v.nullable(v.string()),
      via: v.exactOptional(v.nullable(v.string())),
      before: v.exactOptional(v.nullable(storedRecord)),
      after: v.exactOptional(v.nullable(storedRecord)),
      why: v.nullable(v.string()),
      sequence: number,
      changed: v.boolean(),
      from: v.nullable(v.string()),
      problem: v.nullable(v.string()),
      times: number,
    }),
  ),
  next: v.nullable(number),
});

export type HistoryItem = v.InferOutput<typeof historyPage>["entries"][number];

const ledgerStatus = v.looseObject({
  state: v.picklist(["starting", "ready"]),
  ledger: v.string(),
  sequence: number,
  records: number,
  invalid: number,
  backlog: v.looseObject({ records: number, oldest: v.nullable(number) }),
  lastError: v.nullable(v.looseObject({ message: v.string(), age: number })),
  scan: v.looseObject({ age: v.nullable(number) }),
});

export const status = v.looseObject({
  ledger: v.variant("state", [ledgerStatus, v.looseObject({ state: v.literal("unreachable") })]),
  mirror: v.looseObject({
    ledger: v.exactOptional(v.string()),
    state: v.string(),
    through: number,
    records: number,
    bytes: number,
    age: v.exactOptional(number),
  }),
});

export type Status = v.InferOutput<typeof status>;

/** As much of the status as tells whether a change is enforced. */
export const standing = v.looseObject({
  ledger: v.looseObject({ ledger: v.exactOptional(v.string()) }),
  mirror: v.looseObject({ ledger: v.exactOptional(v.string()), through: number }),
});

/** Steps and reasons may be another release's: whoever prints them takes them for mere text. */
export const explanation = v.looseObject({
  request: v.looseObject({ method: v.string(), scheme: v.string(), host: v.string(), path: v.string() }),
  now: number,
  decision: v.looseObject({
    outcome: v.picklist(["allow", "deny", "indeterminate"]),
    as: v.exactOptional(v.string()),
    reason: v.nullable(v.string()),
    claim: v.exactOptional(v.string()),
    by: v.exactOptional(v.string()),
  }),
  client: v.nullable(
    v.looseObject({
      status: number,
      code: v.string(),
      challenge: v.exactOptional(v.record(v.string(), v.string())),
      retryAfter: v.exactOptional(number),
    }),
  ),
  steps: v.array(
    v.looseObject({
      step: v.string(),
      verdict: v.picklist(["passed", "refused", "unchecked"]),
      verified: v.boolean(),
      facts: v.array(v.looseObject({ what: v.string(), found: v.string(), wanted: v.exactOptional(v.string()) })),
    }),
  ),
}) as unknown as AnswerSchema<Explanation>;

/** What the guard says when it does not do it; nothing of it has to be there. */
export const refusal = v.looseObject({
  code: v.exactOptional(v.string()),
  needs: v.exactOptional(v.string()),
  problems: v.exactOptional(v.array(problem)),
});

export type Refusal = v.InferOutput<typeof refusal>;
