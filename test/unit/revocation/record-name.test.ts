import { describe, expect, it, vi } from "vitest";
import type { RecordKind } from "../../../src/model/revocation.ts";
import { idOf } from "../../../src/revocation/record-id.ts";
import { DerivedName, RecordNamer } from "../../../src/revocation/record-name.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const ISSUER = "https://issuer.example";
const TOKEN_ID = "6f1c1f0e-8a53-4d0e-9f3c-5b1f2f0a1c2d";

const namer = await RecordNamer.create(KEY);

describe("the published test vectors", () => {
  it.each<[RecordKind, string | undefined, string]>([
    ["token", TOKEN_ID, "jotgate1:token:vrBoFnqdlpSSmL49kKITZg"],
    ["session", "session-9", "jotgate1:session:tR3CxNP6FRCoxAnlnv3oMA"],
    ["subject", "user-42", "jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ"],
    ["subject", "用户-42", "jotgate1:subject:JhAtPkJpHx0dIbVryhN-sA"],
    ["issuer", undefined, "jotgate1:issuer:za8nSYuyCHugUK3EDhYC3g"],
  ])("hold for %s %s", async (kind, value, name) => {
    expect(await namer.name(kind, ISSUER, value)).toBe(name);
  });
});

describe("a name", () => {
  /** The same by hand: HMAC-SHA-256 over length, colon and bytes of each part, the first 16 bytes in base64url. */
  async function derive(key: string, ...parts: string[]): Promise<string> {
    const encoder = new TextEncoder();
    const input = parts.flatMap((part) => {
      const bytes = encoder.encode(part);
      return [...encoder.encode(`${bytes.length}:`), ...bytes];
    });
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const hmacKey = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, new Uint8Array(input))).slice(0, 16);
    return btoa(String.fromCharCode(...mac))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=/g, "");
  }

  it.each(["user-42", "", " ", "用户-42", "😀", "a:b", "\u0000", "x".repeat(512)])(
    "is derived from %j",
    async (subject) => {
      expect(await namer.name("subject", ISSUER, subject)).toBe(
        `jotgate1:subject:${await derive(KEY, "subject", ISSUER, subject)}`,
      );
    },
  );

  it("depends on the key, whose characters are UTF-8", async () => {
    const key = "schlüssel-0123456789abcdef-0123456789";
    const other = await RecordNamer.create(key);
    expect(await other.name("subject", ISSUER, "a")).toBe(
      `jotgate1:subject:${await derive(key, "subject", ISSUER, "a")}`,
    );
    expect(await other.name("subject", ISSUER, "a")).not.toBe(await namer.name("subject", ISSUER, "a"));
  });

  it("shows nothing of what it stands for and is fit for KV", async () => {
    expect(await namer.name("token", ISSUER, "../../secret id")).toMatch(/^jotgate1:token:[A-Za-z0-9_-]{22}$/);
  });
});

it("no two identities share a name by moving characters between their parts", async () => {
  const identities: (readonly [RecordKind, string, string?])[] = [
    ["token", "ab", "c"],
    ["token", "a", "bc"],
    ["token", "abc", ""],
    ["token", "", "abc"],
    ["token", "a1:b", "c"],
    ["token", "a", "1:bc"],
    ["token", "a2:bc", ""],
    ["session", "ab", "c"],
    ["subject", "ab", "c"],
    ["issuer", "ab"],
    ["issuer", "ab1:c"],
    ["subject", "ab", ""],
    ["subject", "é", "x"],
    ["subject", "e\u0301", "x"],
    ["subject", "É", "x"],
  ];
  const ids = await Promise.all(
    identities.map(async ([kind, issuer, value]) => (await namer.name(kind, issuer, value)).split(":")[2]),
  );
  expect(new Set(ids).size).toBe(identities.length);
});

describe("a name that is written out later", () => {
  const FILLED = (byte: number) => new Uint8Array(32).fill(byte);

  it.each([
    ["zeroes", FILLED(0), "AAAAAAAAAAAAAAAAAAAAAA"],
    ["ones", FILLED(0xff), "_____________________w"],
    ["highest bits", FILLED(0x80), "gICAgICAgICAgICAgICAgA"],
    ["bytes in a row", Uint8Array.from({ length: 32 }, (_, index) => index), "AAECAwQFBgcICQoLDA0ODw"],
  ])("spells 16 bytes of %s", (_title, mac, id) => {
    expect(new DerivedName("token", mac.buffer).name).toBe(`jotgate1:token:${id}`);
  });

  it("has the id that can be read off it, before it is written and after", () => {
    for (let turn = 0; turn < 1_000; turn++) {
      const derived = new DerivedName("session", crypto.getRandomValues(new Uint8Array(32)).buffer);
      const before = { ...derived.id };
      const { name } = derived;
      expect([before, derived.id, derived.name]).toEqual([idOf(name), idOf(name), name]);
    }
  });
});

describe("the names of all records that can concern a token", () => {
  it("are one of each kind when it has all claims", async () => {
    const names = await namer.namesFor({
      issuer: ISSUER,
      subject: "user-42",
      tokenId: TOKEN_ID,
      sessionId: "session-9",
    });
    expect(Object.fromEntries(names.map(({ kind, name }) => [kind, name]))).toEqual({
      token: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg",
      session: "jotgate1:session:tR3CxNP6FRCoxAnlnv3oMA",
      subject: "jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ",
      issuer: "jotgate1:issuer:za8nSYuyCHugUK3EDhYC3g",
    });
  });

  it("leave out kinds for which it has no claim", async () => {
    const names = await namer.namesFor({
      issuer: ISSUER,
      subject: "user-42",
      tokenId: undefined,
      sessionId: undefined,
    });
    expect(names.map(({ kind }) => kind)).toEqual(["subject", "issuer"]);
  });
});

it("an issuer's name is derived once, and one whose issuer is too long each time", async () => {
  const own = await RecordNamer.create(KEY);
  const sign = vi.spyOn(crypto.subtle, "sign");
  try {
    const [short, long] = [`https://${"a".repeat(1_016)}`, `https://${"a".repeat(1_017)}`];
    for (const issuer of [short, short, long, long]) await own.name("issuer", issuer);
    expect(sign).toHaveBeenCalledTimes(3);
  } finally {
    sign.mockRestore();
  }
});

it("the names of 1,000 issuers are remembered, and not of more", async () => {
  const own = await RecordNamer.create(KEY);
  for (let i = 0; i < 1_000; i++) await own.name("issuer", `https://${i}.example`);
  const sign = vi.spyOn(crypto.subtle, "sign");
  try {
    await own.name("issuer", "https://0.example");
    expect(sign).toHaveBeenCalledTimes(0);
    await own.name("issuer", "https://1000.example");
    await own.name("issuer", "https://0.example");
    expect(sign).toHaveBeenCalledTimes(2);
  } finally {
    sign.mockRestore();
  }
});
