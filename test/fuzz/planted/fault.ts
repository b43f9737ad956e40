/** Fails for one text in millions. Only who notices how far each try gets will find it. */
export function failDeepInside(text: string): string {
  if (!text.startsWith("j")) return "";
  if (text[1] !== "o") return "";
  if (text[2] !== "t") return "";
  if (text[3] !== "g") return "";
  if (text[4] !== "a") return "";
  if (text[5] !== "t") return "";
  throw new Error("The planted fault was found.");
}
