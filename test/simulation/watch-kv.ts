import type { RecordKind } from "../../src/model/revocation.ts";
import type { RecordName } from "../../src/revocation/record-name.ts";
import type { Code } from "./code.ts";
import type { History } from "./history.ts";
import type { SimulatedKv } from "./kv.ts";
import { BEGINNING } from "./machine.ts";
import { isAsStrict } from "./records.ts";

/** Watches every write to KV: what it says is never lowered, except by a lift. */
export function watchKv(kv: SimulatedKv, history: History, code: Code): void {
  const before = new Map<string, string>();
  kv.onWrite = (name, value, metadata) => {
    history.note(kv.now, `KV has ${name} ${value} ${JSON.stringify(metadata)}`);
    const kind = name.split(":")[1] as RecordKind;
    const known = readFrom(before.get(name));
    const written = readFrom(value ?? undefined);
    if (value === null) before.delete(name);
    else before.set(name, value);
    const isOver = known?.until !== undefined && known.until <= (BEGINNING + kv.now) / 1000;
    if (
      known === undefined ||
      isOver ||
      history.commands.some((story) => story.command.do === "lift" && story.name === name)
    )
      return;
    if (!isAsStrict(written, known)) {
      history.violations.push(
        `KV had more under ${name as RecordName} than ${String(value)}, which was written at ${kv.now} ms.`,
      );
    }
    function readFrom(text: string | undefined) {
      return text === undefined ? undefined : code.readRecord(kind, text);
    }
  };
}
