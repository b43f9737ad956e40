import type { Random } from "../simulation/random.ts";
import { NAMES, NUMBERS, VALUES } from "./words.ts";

/** A text of JSON with one thing in it changed; undefined when it is no JSON. */
export function mutateJson(text: string, words: readonly string[], random: Random): string | undefined {
  try {
    const changed = JSON.stringify(mutateValue(JSON.parse(text), words, random));
    return random.chance(0.1) ? doubleMember(changed, random) : changed;
  } catch {
    return undefined;
  }
}

function mutateValue(value: unknown, words: readonly string[], random: Random): unknown {
  const goDeeper = typeof value === "object" && value !== null && random.chance(0.8);
  if (!goDeeper) return newValue(value, words, random);
  if (Array.isArray(value)) return mutateArray(value, words, random);
  const entries = Object.entries(value);
  const at = random.whole(0, Math.max(0, entries.length - 1));
  const [name, inner] = entries[at] ?? ["x", 1];
  switch (random.whole(0, 7)) {
    case 0:
      entries.splice(at, 1);
      break;
    case 1:
      entries.push([random.pick([...NAMES, ...words]), random.chance(0.5) ? inner : newValue(inner, words, random)]);
      break;
    case 2:
      entries[at] = [random.pick([...NAMES, ...words]), inner];
      break;
    default:
      entries[at] = [name, mutateValue(inner, words, random)];
  }
  // A member called __proto__ is a member like any other, as JSON.parse makes it.
  const changed = {};
  for (const [key, member] of entries) {
    Object.defineProperty(changed, key, { value: member, enumerable: true, configurable: true, writable: true });
  }
  return changed;
}

function mutateArray(list: readonly unknown[], words: readonly string[], random: Random): readonly unknown[] {
  const at = random.whole(0, Math.max(0, list.length - 1));
  switch (random.whole(0, 5)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, list[at] ?? random.pick(words));
    case 2:
      return list.toSpliced(at, 0, newValue(list[at], words, random));
    default:
      return list.length === 0 ? [random.pick(words)] : list.with(at, mutateValue(list[at], words, random));
  }
}

function newValue(value: unknown, words: readonly string[], random: Random): unknown {
  const nearBy = random.chance(0.5);
  if (nearBy && typeof value === "number")
    return random.chance(0.5) ? value + random.whole(-2, 2) : random.pick(NUMBERS);
  if (nearBy && typeof value === "string")
    return random.pick([`${value}x`, value.slice(1), value.toUpperCase(), ` ${value}`]);
  if (random.chance(0.1)) return [value];
  return random.chance(0.5) ? random.pick(words) : random.pick(VALUES);
}

/** JSON allows a member twice; which of them counts is where parsers differ. */
function doubleMember(text: string, random: Random): string {
  const members = [...text.matchAll(/"[^"\\]*":(?:"[^"\\]*"|\d+|true|false|null)/g)];
  if (members.length === 0) return text;
  const { 0: member, index } = random.pick(members);
  return `${text.slice(0, index)}${random.pick(members)[0]},${member}${text.slice(index + member.length)}`;
}
