import type { Random } from "../simulation/random.ts";
import { mutateJson } from "./mutate-json.ts";
import type { Target } from "./target.ts";
import { CHARACTERS, NUMBERS } from "./words.ts";

/** No target takes more; most have limits far below. */
const LONGEST = 40_000;

/** Makes a new input of one that is known: one to four changes. @param others inputs that it may take parts of */
export function mutate(
  input: string,
  others: readonly string[],
  { words, separator = "\n" }: Pick<Target, "words" | "separator">,
  random: Random,
): string {
  let changed = input;
  for (let left = random.whole(1, random.chance(0.3) ? 4 : 1); left > 0; left--) {
    changed = change(changed, others, words, separator, random);
  }
  return changed.slice(0, LONGEST);
}

function change(
  text: string,
  others: readonly string[],
  words: readonly string[],
  separator: string,
  random: Random,
): string {
  const at = random.whole(0, text.length);
  const length = Math.min(random.whole(1, random.chance(0.2) ? 64 : 4), text.length - at);
  switch (random.whole(0, 11)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + random.pick(CHARACTERS) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(CHARACTERS) + text.slice(at + 1);
    case 3:
      return text.slice(0, at) + random.pick(words) + text.slice(random.chance(0.5) ? at : at + length);
    case 4:
      return (
        text.slice(0, at) +
        text.slice(at, at + length).repeat(random.whole(2, random.chance(0.05) ? 600 : 5)) +
        text.slice(at + length)
      );
    case 5:
      return (
        text.slice(0, at) +
        String.fromCharCode(random.whole(0, random.chance(0.5) ? 0x7f : 0xffff)) +
        text.slice(at + 1)
      );
    case 6: {
      const other = random.pick(others);
      return text.slice(0, at) + other.slice(random.whole(0, other.length));
    }
    case 7:
      return changeNumber(text, random);
    case 8:
      return text.slice(0, at) + swapCase(text.slice(at, at + length)) + text.slice(at + length);
    default:
      return changePart(text, others, words, separator, random);
  }
}

/** Most targets take lines, some of which are JSON. */
function changePart(
  text: string,
  others: readonly string[],
  words: readonly string[],
  separator: string,
  random: Random,
): string {
  const whole = mutateJson(text, words, random);
  if (whole !== undefined) return whole;
  const parts = text.split(separator);
  const at = random.whole(0, parts.length - 1);
  const part = parts[at] ?? "";
  const asJson = mutateJson(part, words, random);
  if (asJson !== undefined) return parts.with(at, asJson).join(separator);
  const another = () => random.pick(random.pick(others).split(separator));
  switch (random.whole(0, 4)) {
    case 0:
      return parts.toSpliced(at, 1).join(separator);
    case 1:
      return parts.toSpliced(at, 0, part).join(separator);
    case 2:
      return parts.with(at, another()).join(separator);
    case 3:
      return parts.toSpliced(at, 0, another()).join(separator);
    default:
      return parts.with(at, random.pick(words)).join(separator);
  }
}

function changeNumber(text: string, random: Random): string {
  const numbers = [...text.matchAll(/\d+/g)];
  if (numbers.length === 0) return text + random.pick(NUMBERS);
  const { 0: number, index } = random.pick(numbers);
  const other = random.chance(0.5) ? Number(number) + random.whole(-2, 2) : random.pick(NUMBERS);
  return text.slice(0, index) + other + text.slice(index + number.length);
}

function swapCase(text: string): string {
  return text.toLowerCase() === text ? text.toUpperCase() : text.toLowerCase();
}
