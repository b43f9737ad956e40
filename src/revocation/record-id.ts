/** The first 64 bits of a record's id, as two unsigned halves. The id is keyed, so nobody can aim at a second one with these. */
export interface RecordId {
  readonly high: number;
  readonly low: number;
}

/** Reads the id off a record's name. */
export function idOf(name: `jotgate1:${string}`): RecordId {
  // 11 characters of base64url hold 66 bits; the last two belong to the ninth byte.
  const text = name.slice(-22, -11).replaceAll("-", "+").replaceAll("_", "/");
  const bytes = atob(`${text}A`);
  return { high: wordAt(bytes, 0), low: wordAt(bytes, 4) };
}

/** Four octets, a character each, as an unsigned number; the first weighs most. */
export function wordAt(octets: string, offset: number): number {
  let word = 0;
  for (let index = offset; index < offset + 4; index++) word = word * 256 + octets.charCodeAt(index);
  return word;
}
