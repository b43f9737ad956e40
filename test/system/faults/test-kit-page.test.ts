import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const PACKAGE_NAMES: readonly (readonly [path: string, name: string])[] = [
  ["../../src/create-jotgate.ts", "jotgate"],
  ["../../src/test-kit/test-kit.ts", "jotgate/test-kit"],
];

it("the example on the test kit's page is the one that is tested", async () => {
  const tested = await readFile("test/kit/example.test.ts", "utf8");
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(await readFile("docs/test-kit.md", "utf8")) ?? [];
  expect(shown).toBe(PACKAGE_NAMES.reduce((text, [path, name]) => text.replace(path, name), tested));
});

it("the package has what the example imports", async () => {
  const { exports } = JSON.parse(await readFile("package.json", "utf8"));
  const { files } = JSON.parse((await readFile("tsconfig.build.json", "utf8")).replaceAll(/^ *\/\/.*$/gm, ""));
  for (const [path, name] of PACKAGE_NAMES) {
    const source = path.replace("../../", "");
    expect(files).toContain(source);
    const built = source.replace("src/", "./dist/").replace(".ts", ".js");
    expect(exports[name.replace("jotgate", ".")].default).toBe(built);
  }
});
