import { strict as assert } from "node:assert";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { obstacles, readFolder, writeFolder } from "../../../cli/gitops/folder";
import { PalisadeInputError, problemText } from "../../../problems";

const OWNER = { project: "shop", stack: "prod", cluster: "k3s" };
const FILES = new Map([
  ["kustomization.yaml", "resources: [shop]\n"],
  ["shop/kustomization.yaml", "resources: [a.yaml, b.yaml]\n"],
  ["shop/a.yaml", "a\n"],
  ["shop/b.yaml", "b\n"],
]);

describe("a rendered folder", () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "palisade-render-"));
    folder = join(root, "k3s");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (files: ReadonlyMap<string, string>) => {
    assert.deepEqual(said(files), []);
    return writeFolder(folder, files, OWNER);
  };
  const said = (files: ReadonlyMap<string, string> = FILES, owner = OWNER): readonly string[] =>
    obstacles(folder, files, owner).map((each) => problemText(each).replaceAll(root, "."));
  const thrown = (run: () => unknown): readonly string[] => {
    try {
      run();
    } catch (error) {
      if (error instanceof PalisadeInputError)
        return error.problems.map((each) => problemText(each).replaceAll(root, "."));
      throw error;
    }
    return [];
  };
  const contents = () =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name))
        .sort()
        .map((file) => [file.slice(folder.length + 1), readFileSync(file, "utf8")]),
    );
  const put = (file: string, text: string) => {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), text);
  };

  it("is the same after the same command again, and nothing is written then", () => {
    assert.deepEqual(write(FILES), { written: 4, removed: 0, unchanged: 0 });
    const first = contents();
    assert.deepEqual(write(new Map([...FILES].reverse())), { written: 0, removed: 0, unchanged: 4 });
    assert.deepEqual(contents(), first);
  });

  it("loses what is no longer rendered, with the folders that are empty then, and nothing else", () => {
    write(FILES);
    put("shop/README.md", "theirs\n");
    assert.deepEqual(write(new Map([["kustomization.yaml", "none\n"]])), {
      written: 1,
      removed: 3,
      unchanged: 0,
    });
    assert.deepEqual(Object.keys(contents()), [".palisade-render", "kustomization.yaml", "shop/README.md"]);
    rmSync(join(folder, "shop/README.md"));
    write(FILES);
    write(new Map([["kustomization.yaml", "none\n"]]));
    assert.equal(existsSync(join(folder, "shop")), false);
  });

  it("isn't written over files that weren't rendered, or were changed since: all are named", () => {
    put("shop/a.yaml", "theirs\n");
    put("kustomization.yaml", "theirs\n");
    assert.deepEqual(said(), [
      "./k3s/kustomization.yaml: is there already and wasn't rendered. Name another folder, or move it away.",
      "./k3s/shop/a.yaml: is there already and wasn't rendered. Name another folder, or move it away.",
    ]);
    rmSync(folder, { recursive: true });
    write(FILES);
    put("shop/b.yaml", "edited\n");
    const remedy = "Change what the stack declares instead, and delete the file.";
    const changed = [`./k3s/shop/b.yaml: was changed since it was rendered. ${remedy}`];
    assert.deepEqual(said(), changed);
    assert.deepEqual(said(new Map([...FILES].slice(0, 3))), changed, "nor is it deleted");
    rmSync(join(folder, "shop/b.yaml"));
    assert.deepEqual(write(FILES), { written: 1, removed: 0, unchanged: 3 });
  });

  it("goes on after an interruption: what has the new text already stands against nothing", () => {
    write(FILES);
    const next = new Map([...FILES, ["shop/a.yaml", "new\n"], ["shop/c.yaml", "c\n"]]);
    put("shop/a.yaml", "new\n");
    put("shop/c.yaml", "c\n");
    assert.deepEqual(write(next), { written: 0, removed: 0, unchanged: 5 });
    assert.deepEqual([...readFolder(folder, OWNER)].sort(), [...next].sort());
  });

  it("isn't written through links, nor where a folder or a file stands in the way", () => {
    const outside = join(root, "outside");
    mkdirSync(outside);
    symlinkSync(outside, folder);
    const link = "is a link, which may lead out of the folder. Replace it by what it leads to.";
    assert.deepEqual(said(), [`./k3s: ${link}`]);
    rmSync(folder);
    mkdirSync(folder);
    symlinkSync(outside, join(folder, "shop"));
    symlinkSync(join(outside, "nothing"), join(folder, "kustomization.yaml"));
    assert.deepEqual(said(), [
      `./k3s/kustomization.yaml: ${link}`,
      ...Array.from({ length: 3 }, () => `./k3s/shop: ${link}`),
    ]);
    rmSync(join(folder, "shop"));
    rmSync(join(folder, "kustomization.yaml"));
    mkdirSync(join(folder, "shop", "a.yaml"), { recursive: true });
    assert.deepEqual(said(), ["./k3s/shop/a.yaml: isn't a file. Move it away."]);
    rmSync(join(folder, "shop"), { recursive: true });
    put("shop", "a file\n");
    assert.match(thrown(() => writeFolder(folder, FILES, OWNER)).join(), /^\.\/k3s: E(?:EXIST|NOTDIR)/);
  });

  it("is one stack's cluster's, and a record that isn't ours is never believed", () => {
    write(FILES);
    assert.deepEqual(said(FILES, { ...OWNER, stack: "dev" }), [
      "./k3s: was rendered for stack shop/prod, cluster k3s. Name another folder.",
    ]);
    const files = { "../outside.yaml": "", "shop/../../x.yaml": "", "a/b/c.yaml": "", "fine.yaml": "" };
    const cases: readonly [string, RegExp][] = [
      ["{", /: isn't JSON\. Put it back/],
      ["[]", /: isn't what palisade render writes/],
      [JSON.stringify({ ...OWNER, version: 2, files: {} }), /: isn't what palisade render writes/],
      [
        JSON.stringify({ ...OWNER, version: 1, files }),
        /: names \.\.\/outside\.yaml, shop\/\.\.\/\.\.\/x\.yaml, a\/b\/c\.yaml, which it can't have written/,
      ],
    ];
    for (const [text, expected] of cases) {
      put(".palisade-render", text);
      assert.match(thrown(() => said()).join(), expected);
      assert.match(thrown(() => readFolder(folder, OWNER)).join(), expected);
    }
  });

  it("is read only as it was rendered", () => {
    assert.deepEqual(
      thrown(() => readFolder(folder, OWNER)),
      ["./k3s: isn't a folder that palisade render wrote. Give the folder that --out named."],
    );
    write(FILES);
    assert.deepEqual([...readFolder(folder, OWNER)].sort(), [...FILES].sort());
    assert.deepEqual(
      thrown(() => readFolder(folder, { ...OWNER, cluster: "eks" })),
      [
        "./k3s: was rendered for stack shop/prod, cluster k3s, not stack shop/prod, cluster eks. Name its stack and cluster.",
      ],
    );
    put("shop/a.yaml", "edited\n");
    rmSync(join(folder, "shop/b.yaml"));
    assert.deepEqual(
      thrown(() => readFolder(folder, OWNER)),
      [
        "./k3s/shop/a.yaml: was changed since it was rendered. Render the folder again.",
        "./k3s/shop/b.yaml: is missing. Render the folder again.",
      ],
    );
  });
});
