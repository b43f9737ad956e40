import type { LedgerDesk, RecordsQuery } from "../model/ledger-desk.ts";
import { answer, invalid } from "./answers.ts";
import { reach } from "./reach.ts";

/** Which records, where a token, a session, a user or an issuer can be named: the ledger itself has nothing but names of records. */
interface Asked extends RecordsQuery {
  readonly issuer?: string;
  readonly tokenId?: string;
  readonly sessionId?: string;
  readonly subject?: string;
}

/** Lists records: of everybody, or those of whoever is named. Of an issuer alone that is the issuer's own. */
export async function listRecords(asked: Asked, desk: LedgerDesk): Promise<Response> {
  const { issuer, tokenId, sessionId, subject, ...query } = asked;
  const named = { issuer, tokenId, sessionId, subject };
  if (Object.values(named).every((value) => value === undefined)) return answer(await reach(desk.records(query)));
  const kinds = Object.entries({ token: tokenId, session: sessionId, subject }).flatMap(([kind, value]) =>
    value === undefined ? [] : [kind],
  );
  const wanted = kinds.length === 0 ? ["issuer"] : kinds;
  if (query.kind !== undefined && !wanted.includes(query.kind)) return besideKind(query.kind, named);
  const state = await reach(desk.state(named));
  if (!state.ok) return invalid(...state.problems);
  const names = state.records.filter(({ kind }) => wanted.includes(kind)).map(({ name }) => name);
  return answer(await reach(desk.records({ ...query, names })));
}

/** There would be no such record, which is not what somebody wanted to know. */
function besideKind(kind: string, { issuer: _issuer, ...ids }: Readonly<Record<string, string | undefined>>): Response {
  const [id] = Object.entries(ids).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const remedy = id === undefined ? `Name a ${kind}, or leave issuer out.` : "Leave one of them out.";
  return invalid({ path: id ?? "issuer", problem: "does not go with kind", remedy });
}
