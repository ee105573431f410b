import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { newApplication, newProject, withListed } from "../../cli/new";
import { captured } from "../captured";

describe("palisade new", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "palisade-new-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("writes a project into an empty folder, and nothing into any other", async () => {
    const { code: result } = await captured(() => newProject(path.join(folder, "ours"), "1.2.3"));
    assert.equal(result, 0);
    assert.deepEqual(readdirSync(path.join(folder, "ours")).sort(), [
      ".github",
      ".gitignore",
      "Pulumi.dev.yaml",
      "Pulumi.prod.yaml",
      "Pulumi.yaml",
      "README.md",
      "applications",
      "index.ts",
      "package.json",
      "test",
      "tsconfig.json",
    ]);
    const again = await captured(() => newProject(path.join(folder, "ours"), "1.2.3"));
    assert.equal(again.code, 2);
    assert.match(again.stderr, /isn't empty\. Name a new folder/);
    const misnamed = await captured(() => newProject(path.join(folder, "Our Project"), "1.2.3"));
    assert.equal(misnamed.code, 2);
    assert.deepEqual(readdirSync(folder), ["ours"]);
  });

  it("takes a word of the language as a project's name, as the package's README does, and not as an application's", async () => {
    const root = path.join(folder, "isolation");
    assert.equal((await captured(() => newProject(root, "1.2.3"))).code, 0);
    const { code, stderr } = await captured(() => newApplication("isolation", root));
    assert.equal(code, 2);
    assert.match(stderr, /application name "isolation" is reserved/);
  });

  it("adds an application to a project and lists it, once", async () => {
    const root = path.join(folder, "ours");
    await captured(() => newProject(root, "1.2.3"));
    const { code: result } = await captured(() => newApplication("orders-api", root));
    assert.equal(result, 0);
    assert.match(
      readFileSync(path.join(root, "applications", "orders-api.ts"), "utf8"),
      /export const ordersApi =/,
    );
    assert.equal(
      readFileSync(path.join(root, "applications", "index.ts"), "utf8"),
      `import { shop } from "./shop";
import { ordersApi } from "./orders-api";

/** Every application that a stack may place on its clusters. */
export const applications = [shop, ordersApi];
`,
    );
    const again = await captured(() => newApplication("orders-api", root));
    assert.equal(again.code, 2);
    assert.match(again.stderr, /is there already/);
  });

  it("touches nothing where there is no project, or its list isn't one that it can add to", async () => {
    const missing = await captured(() => newApplication("orders", folder));
    assert.equal(missing.code, 2);
    const root = path.join(folder, "ours");
    await captured(() => newProject(root, "1.2.3"));
    writeFileSync(path.join(root, "applications", "index.ts"), "export const applications = all();\n");
    const unlistable = await captured(() => newApplication("orders", root));
    assert.equal(unlistable.code, 2);
    assert.deepEqual(readdirSync(path.join(root, "applications")).sort(), ["index.ts", "shop.ts"]);
  });

  it("keeps a list's type and what is in it", () => {
    const text = 'import { a } from "./a";\nexport const applications: readonly App[] = [\n  a,\n];\n';
    assert.equal(
      withListed(text, "b"),
      'import { a } from "./a";\nimport { b } from "./b";\nexport const applications: readonly App[] = [a, b];\n',
    );
  });
});
