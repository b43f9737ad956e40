/**
 * A JSON object with these members, other than those that `changes` names or `no` lists, followed by `changes` exactly as it is
 * written: with members that stand twice, and numbers that no serializer would write.
 *
 * @param changes text of a JSON object
 * @param no names, separated by commas
 */
export function mergeJson(members: Readonly<Record<string, unknown>>, changes: string, no = ""): string {
  const changed: unknown = JSON.parse(changes);
  const left = no === "" ? [] : no.split(",");
  for (const name of left) {
    if (!Object.hasOwn(members, name)) throw new Error(`there is no ${name} to leave out`);
  }
  const kept = Object.entries(members).filter(
    ([name]) => !left.includes(name) && !Object.hasOwn(changed as object, name),
  );
  const texts = kept.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const inner = changes.trim().slice(1, -1).trim();
  return `{${[...texts, ...(inner === "" ? [] : [inner])].join(",")}}`;
}
