import { access, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Folder, jotgate } from "./command-line.ts";
import { accept, type StubAnswer, type StubCommand, StubGuard } from "./stub-guard.ts";

/* What import makes of files, and of a guard that fails. bulk.test.ts imports into a real one. */

const ISSUER = "https://issuer.example";
const NAME = "jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ";
const RECORD = { name: NAME, kind: "subject", record: { format: 1, minimumTokenVersion: 7 } };
const revoke = (tokenId: string) => JSON.stringify({ do: "revoke", issuer: ISSUER, tokenId });
const revocations = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${revoke(`t-${from + index}`)}\n`).join("");

describe("jotgate import", () => {
  let stub: StubGuard;
  let folder: Folder;

  beforeAll(async () => {
    [stub, folder] = [await StubGuard.start(), await Folder.create()];
  });
  afterEach(async () => {
    stub.reset();
    await rm(`${folder.path}/lines.jsonl.progress`, { force: true });
  });
  afterAll(async () => {
    await stub?.stop();
    await folder?.remove();
  });

  const run = (...args: readonly string[]) =>
    jotgate(["import", "--retry-for", "1", ...args], {
      cwd: folder.path,
      env: { JOTGATE_URL: stub.url, JOTGATE_SECRET: "x".repeat(43) },
    });
  const importing = async (content: string, ...args: readonly string[]) => {
    await folder.write("lines.jsonl", content);
    return run("lines.jsonl", ...args);
  };
  const progressIsThere = () =>
    access(`${folder.path}/lines.jsonl.progress`).then(
      () => true,
      () => false,
    );

  describe("what it sends", () => {
    it("a record by its name, and a command as it stands, each with an id of its own", async () => {
      const { code, stdout, stderr } = await importing(`${JSON.stringify(RECORD)}\n${revoke("t")}\n`);
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: "2 lines: 2 stored, 0 changed nothing.\n",
        stderr: "",
      });
      const { kind: _kind, ...record } = RECORD;
      expect(stub.commands).toEqual([
        { id: expect.stringMatching(/^import:[0-9a-f]{24}:1$/), do: "restore", ...record },
        { id: expect.stringMatching(/^import:[0-9a-f]{24}:2$/), do: "revoke", issuer: ISSUER, tokenId: "t" },
      ]);
    });

    it("a command's own id and reason before its own", async () => {
      const own = { id: "mine", why: "as it says", do: "lift", name: NAME };
      await importing(`${JSON.stringify(own)}\n${revoke("t")}`, "--why", "incident 7");
      expect(stub.commands).toMatchObject([own, { why: "incident 7" }]);
    });

    it.each([
      ["no end of line at the end", revoke("t"), 1],
      ["other ends of lines", `${revoke("a")}\r\n${revoke("b")}\r\n`, 2],
      ["blank lines", `\n${revoke("a")}\n   \n${revoke("b")}\n\n`, 2],
      ["a byte order mark", `\ufeff${revoke("a")}\n`, 1],
      ["a line separator within a text", `${revoke("a\u2028b")}\n`, 1],
      ["nothing", "", 0],
    ])("what a file with %s says", async (_what, content, commands) => {
      expect(await importing(content)).toMatchObject({ code: 0, stderr: "" });
      expect(stub.commands).toHaveLength(commands);
    });

    it.each([
      ["499", [499]],
      ["500", [500]],
      ["501", [500, 1]],
    ])("%s commands, 500 at a time", async (lines, sizes) => {
      expect(await importing(revocations(1, Number(lines)))).toMatchObject({ code: 0 });
      expect(stub.batches.map((batch) => batch.length)).toEqual(sizes);
      expect(stub.commands.map((command) => command["tokenId"])).toEqual(
        Array.from({ length: Number(lines) }, (_, index) => `t-${index + 1}`),
      );
    });

    it("fewer at a time when they are long", async () => {
      const long = (index: number) => JSON.stringify({ do: "revoke", token: `${index}.${"x".repeat(16_000)}` });
      await importing(Array.from({ length: 70 }, (_, index) => long(index)).join("\n"));
      expect(stub.commands).toHaveLength(70);
      expect(stub.batches.length).toBeGreaterThan(1);
      for (const batch of stub.batches) expect(JSON.stringify(batch).length).toBeLessThan(513 * 1024);
    });

    it("no record that ended more than an hour ago", async () => {
      const now = Math.floor(Date.now() / 1000);
      const until = (time: number) => JSON.stringify({ ...RECORD, record: { ...RECORD.record, until: time } });
      const { stdout } = await importing(`${until(now - 3_700)}\n${until(now - 3_500)}\n`);
      expect(stdout).toBe("2 lines: 1 stored, 0 changed nothing, 1 had ended.\n");
      expect(stub.commands).toHaveLength(1);
    });
  });

  describe("with --dry-run", () => {
    const previews = (commands: readonly StubCommand[], changed = true) => ({
      body: { results: commands.map(() => ({ ok: true, preview: { changed } })) },
    });

    it("asks in batches as well, says so in each, and keeps nothing", async () => {
      stub.answer = (commands) => previews(commands);
      const { code, stdout, stderr } = await importing(revocations(1, 1_200), "--dry-run");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe("1,200 lines: 1,200 would be stored, 0 would change nothing.\n");
      expect(stub.batches.map((batch) => batch.length)).toEqual([500, 500, 200]);
      expect(stub.asked).toEqual([{ dryRun: true }, { dryRun: true }, { dryRun: true }]);
      expect(await progressIsThere()).toBe(false);
    });

    it("asks again when the guard does not answer, and gives up without having changed anything", async () => {
      let batches = 0;
      stub.answer = (commands) => (++batches === 1 ? { status: 503 } : previews(commands, false));
      const { code, stdout } = await importing(revocations(1, 3), "--dry-run");
      expect({ code, stdout }).toEqual({ code: 0, stdout: "3 lines: 0 would be stored, 3 would change nothing.\n" });
      stub.answer = () => ({ status: 503 });
      expect(await importing(revocations(1, 3), "--dry-run")).toMatchObject({ code: 3, stdout: "" });
      expect(await progressIsThere()).toBe(false);
    });

    it("does not go with --wait: there is nothing to wait for", async () => {
      const { code, stderr } = await importing(revocations(1, 3), "--dry-run", "--wait");
      expect(code).toBe(2);
      expect(stderr).toContain("Give either --dry-run or --wait.");
      expect(stub.batches).toEqual([]);
    });

    it("says in its help that lines are looked at 500 at a time", async () => {
      expect((await run("--help")).stdout).toContain("for 500 lines at a time as if there were no others");
    });

    it("cannot tell anything from a guard that carries out what it was only asked for", async () => {
      stub.answer = accept;
      const { code, stderr } = await importing(revocations(1, 3), "--dry-run");
      expect(code).toBe(3);
      expect(stderr).toContain("is no Jotgate guard");
    });
  });

  describe("lines that are wrong", () => {
    it.each([
      ["no JSON", "revoke t", "line is no JSON object. Write one JSON object on each line."],
      ["a list", "[]", "line is no JSON object."],
      ["neither record nor command", "{}", "do is missing."],
      ["an unknown command", '{"do":"delete"}', "do is no command. Give one of revoke, revokeSession, raise"],
      ["a member missing", '{"do":"revoke","issuer":"x"}', "tokenId is missing."],
      ["a member too many", '{"do":"lift","name":"x","until":1}', "until does not belong to this command."],
      ["somebody else's name", '{"do":"revoke","token":"x","by":"eve"}', "by is not for callers."],
      ["a preview", '{"do":"revoke","token":"x","dryRun":true}', "dryRun does not belong to this command."],
      ["a name that is none", '{"name":"alice","record":{}}', "name does not fit."],
      [
        "a record that is none",
        JSON.stringify({ ...RECORD, record: { format: 1 } }),
        "record is no record of this kind.",
      ],
      ["another kind", JSON.stringify({ ...RECORD, kind: "token" }), "kind is not the name's."],
      ["a record with more", JSON.stringify({ ...RECORD, invalid: true }), "invalid does not belong to a record."],
      ["24 KiB and more", JSON.stringify({ do: "revoke", token: "x".repeat(24 * 1024) }), "line is no JSON object."],
    ])("stop everything before anything is sent: %s", async (_what, line, problem) => {
      const { code, stdout, stderr } = await importing(`${revoke("a")}\n${line}\n${revoke("b")}\n`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(`lines.jsonl:2: ${problem}`);
      expect(stderr).toContain("nothing was sent. Correct these lines, or pass over them with --keep-going.\n");
      expect(stub.batches).toEqual([]);
      expect(await progressIsThere()).toBe(false);
    });

    it("are passed over when told so, and still tell in the end", async () => {
      const { code, stdout, stderr } = await importing(`${revoke("a")}\n?\n${revoke("b")}\n`, "--keep-going");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "3 lines: 2 stored, 0 changed nothing, 1 refused.\n" });
      expect(stderr).toBe("lines.jsonl:2: line is no JSON object. Write one JSON object on each line.\n");
      expect(stub.commands.map((command) => command["tokenId"])).toEqual(["a", "b"]);
    });

    it("are shown up to fifty", async () => {
      const { stderr } = await importing("?\n".repeat(53));
      expect(stderr).toContain("lines.jsonl:50: ");
      expect(stderr).not.toContain("lines.jsonl:51: ");
      expect(stderr).toContain("… and 3 more lines.\n");
    });

    it("never show a token that is in them", async () => {
      const { stdout, stderr } = await importing('{"do":"revoke","token":"eyJhbGciOiJub25lIn0.e30.","x":1}\n');
      expect(stdout + stderr).not.toContain("eyJ");
    });

    it("are found where the text is no UTF-8", async () => {
      await writeFile(`${folder.path}/lines.jsonl`, Buffer.from([0x22, 0xff, 0x22]));
      expect((await run("lines.jsonl")).stderr).toContain("lines.jsonl:1: line is no JSON object.");
    });
  });

  describe("what the guard refuses", () => {
    const refuse = (id: string) => (commands: readonly StubCommand[]) => ({
      body: {
        results: commands.map((command) =>
          command["tokenId"] === id
            ? { ok: false, problems: [{ path: "issuer", problem: "is not trusted", remedy: "Give another." }] }
            : { ok: true, acknowledgement: { changed: true, sequence: 1 } },
        ),
      },
    });

    it("stops the import after the batch that it is in", async () => {
      stub.answer = refuse("t-2");
      const { code, stdout, stderr } = await importing(revocations(1, 700));
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: "500 of 700 lines: 499 stored, 0 changed nothing, 1 refused.\n",
      });
      expect(stderr).toBe(
        "lines.jsonl:2: issuer is not trusted. Give another.\njotgate import: stopped after line 500. All up to there was dealt with except line 2, which was refused. Correct it, or pass over it with --keep-going.\n",
      );
      expect(stub.batches).toHaveLength(1);
    });

    it("is counted when it is more than one line, and the first is named", async () => {
      stub.answer = (commands) => ({
        body: { results: commands.map(() => ({ ok: false, problems: [] })) },
      });
      const { code, stderr } = await importing(`\n${revocations(1, 3)}\n`);
      expect(code).toBe(1);
      expect(stderr).toContain(
        "stopped after line 4. All up to there was dealt with except 3 that were refused, the first of them line 2. Correct them, or pass over them with --keep-going.\n",
      );
    });

    it("is passed over when told so, from the refused line on and with the same ids", async () => {
      stub.answer = refuse("t-2");
      await importing(revocations(1, 700));
      const [before] = stub.batches;
      const { code, stdout } = await run("lines.jsonl", "--keep-going");
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: "699 of 700 lines: 698 stored, 0 changed nothing, 1 refused.\n",
      });
      expect(stub.batches[1]?.slice(0, 499)).toEqual(before?.slice(1));
      expect(await progressIsThere()).toBe(false);
    });

    it("is said even where nothing but the role is wrong", async () => {
      stub.answer = (commands) => ({ body: { results: commands.map(() => ({ ok: false, problems: [] })) } });
      const { code, stderr } = await importing(`${JSON.stringify(RECORD)}\n`);
      expect(code).toBe(1);
      expect(stderr).toContain("lines.jsonl:1: line is refused. Ask somebody whose role includes it.\n");
    });
  });

  describe("a guard that fails", () => {
    const failFor = (times: number, failure: StubAnswer) => {
      let left = times;
      return (commands: readonly StubCommand[]) => (left-- > 0 ? failure : accept(commands));
    };

    it.each([
      ["does not answer", { status: 503 }],
      ["answers for too few", { body: { results: [] } }],
      ["is asked too fast", { status: 429, headers: { "retry-after": "1" } }],
    ])("gets the same batch once more when it %s", async (_what, failure) => {
      stub.answer = failFor(1, failure);
      expect(await importing(revocations(1, 3))).toMatchObject({ code: 0, stderr: "" });
      expect(stub.batches).toHaveLength(2);
      expect(stub.batches[1]).toEqual(stub.batches[0]);
    });

    it.each<[string, StubAnswer, string]>([
      ["has no operator API", { status: 404 }, "There is no operator API"],
      ["is no guard", { body: "hello" }, "is no Jotgate guard"],
      ["sends elsewhere", { status: 302, headers: { location: "/" } }, "(status 302)"],
    ])("is asked once when it %s: the next answer would be the same", async (_what, answer, message) => {
      stub.answer = () => answer;
      const { code, stderr } = await importing(revocations(1, 3));
      expect(code).toBe(3);
      expect(stderr).toContain(message);
      expect(stub.batches).toHaveLength(1);
    });

    it("is given up on at once when told so", async () => {
      stub.answer = () => ({ status: 503 });
      await folder.write("lines.jsonl", revocations(1, 3));
      const env = { JOTGATE_URL: stub.url, JOTGATE_SECRET: "x".repeat(43) };
      const given = await jotgate(["import", "lines.jsonl", "--retry-for", "0"], { cwd: folder.path, env });
      expect(given.code).toBe(3);
      expect(given.stderr).toContain("Nothing is known to be done: import the same file again");
      expect(stub.batches).toHaveLength(1);
      const half = await jotgate(["import", "lines.jsonl", "--retry-for", "0.5"], { cwd: folder.path, env });
      expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining("Write --retry-for as a whole number") });
    });

    it("says how far it came, goes on there with the same ids, and leaves nothing behind", async () => {
      let batches = 0;
      stub.answer = (commands) => (++batches > 2 ? { status: 503 } : accept(commands));
      const { code, stdout, stderr } = await importing(revocations(1, 1_200));
      expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
      expect(stderr).toContain(
        "(status 503).\nLine 1000 was reached: import the same file again to go on from there.\n",
      );
      const unanswered = stub.batches.at(-1);

      stub.reset();
      const resumed = await run("lines.jsonl");
      expect(resumed).toMatchObject({ code: 0, stdout: "200 of 1,200 lines: 200 stored, 0 changed nothing.\n" });
      expect(stub.batches).toEqual([unanswered]);
      expect(await progressIsThere()).toBe(false);
    });

    it("begins anew when the file is another one by now", async () => {
      stub.answer = () => ({ status: 503 });
      await importing(revocations(1, 3));
      stub.reset();
      await importing(revocations(1, 4));
      expect(stub.commands).toHaveLength(4);
    });

    it("begins anew with other ids after it was done: what was lifted meanwhile comes back", async () => {
      await importing(revocations(1, 2));
      await run("lines.jsonl");
      const ids = stub.commands.map(({ id }) => id);
      expect(new Set(ids).size).toBe(4);
    });

    it("keeps how far it came where it is told to", async () => {
      stub.answer = () => ({ status: 503 });
      await importing(revocations(1, 3), "--resume", "elsewhere.json");
      expect(JSON.parse(await readFile(`${folder.path}/elsewhere.json`, "utf8"))).toMatchObject({ through: 0 });
      expect((await stat(`${folder.path}/elsewhere.json`)).mode & 0o777).toBe(0o600);
      expect(await progressIsThere()).toBe(false);
    });

    it.each([
      ["a file that is something else", "lines.jsonl", "holds no progress of an import."],
      ["a folder that is not there", "nowhere/progress", "cannot be written (ENOENT)."],
    ])("sends nothing before that can be kept: %s", async (_what, place, message) => {
      const { code, stderr } = await importing(revocations(1, 3), "--resume", place);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stub.batches).toEqual([]);
    });
  });

  it("tells scripts all of it", async () => {
    const { code, stdout } = await importing(`${revoke("a")}\n?\n`, "--keep-going", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      format: 1,
      command: "import",
      file: "lines.jsonl",
      dryRun: false,
      lines: 2,
      dealtWith: 2,
      changed: 1,
      unchanged: 0,
      ended: 0,
      enforced: false,
      bad: [{ line: 2, problems: [expect.objectContaining({ path: "line", problem: "is no JSON object" })] }],
      refused: [],
    });
  });

  it.each([
    ["a file that is not there", "missing.jsonl", "missing.jsonl: cannot be read (ENOENT). Check its name.\n"],
    ["a folder", "folder", "folder: cannot be read (EISDIR). Check its name.\n"],
  ])("cannot read %s", async (_what, file, message) => {
    await mkdir(`${folder.path}/folder`, { recursive: true });
    expect(await run(file)).toEqual({ code: 2, stdout: "", stderr: `jotgate import: ${message}` });
  });
});
