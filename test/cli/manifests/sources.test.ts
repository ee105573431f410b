import { deepStrictEqual, rejects, throws } from "node:assert";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPaths } from "../../../cli/manifests/files";
import { projectAtRevision, readRevision } from "../../../cli/manifests/git";
import { parseManifests } from "../../../cli/manifests/parse";

const folder = () => mkdtempSync(join(tmpdir(), "palisade-sources-"));

/** A folder with a manifest, links of all sorts, and what is never read. */
function laidOut(): string {
  const root = folder();
  for (const path of ["m", "real", "m/node_modules"]) mkdirSync(join(root, path));
  writeFileSync(join(root, "m", "a.yaml"), "kind: A\n");
  writeFileSync(join(root, "real", "b.yaml"), "kind: B\n");
  writeFileSync(join(root, "m", "node_modules", "c.yaml"), "kind: C\n");
  symlinkSync("../real/b.yaml", join(root, "m", "link.yaml"));
  symlinkSync("../real/b.yaml", join(root, "m", "link-again.yaml"));
  symlinkSync("../real", join(root, "m", "linked"));
  symlinkSync("../m", join(root, "m", "round"));
  return root;
}

describe("manifests of a folder and of a git revision", () => {
  it("are the same files: links are followed, node_modules is left out", () => {
    const root = laidOut();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: root });
    git("init", "-q");
    git("add", "-A", "-f");
    git("commit", "-qm", "all");
    const before = process.cwd();
    process.chdir(root);
    try {
      const told = (files: readonly { name: string; bytes: Buffer }[]) =>
        files.map(({ name, bytes }) => `${name.replace("HEAD:", "")} ${bytes.toString()}`).sort();
      const expected = [
        "m/a.yaml kind: A\n",
        "m/link-again.yaml kind: B\n",
        "m/link.yaml kind: B\n",
        "m/linked/b.yaml kind: B\n",
      ];
      deepStrictEqual(told(readPaths(["m"])), expected);
      deepStrictEqual(told(readRevision("HEAD", "m")), expected);
      writeFileSync(join(root, "outside.txt"), "");
      symlinkSync("/etc/nothing.yaml", join(root, "m", "out.yaml"));
      git("add", "-A", "-f");
      git("commit", "-qm", "out");
      throws(
        () => readRevision("HEAD", "m"),
        /m\/out\.yaml: a link to .*, where the revision has no manifest/,
      );
    } finally {
      process.chdir(before);
    }
  });

  it("a project of a revision is whole, beside the packages that are installed now, and gone afterwards", async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "palisade-project-")));
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: root });
    mkdirSync(join(root, "infra", "node_modules", "sdk"), { recursive: true });
    mkdirSync(join(root, "node_modules"));
    writeFileSync(join(root, "infra", "Pulumi.yaml"), "name: before\n");
    writeFileSync(join(root, ".gitignore"), "node_modules\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "before");
    writeFileSync(join(root, "infra", "Pulumi.yaml"), "name: after\n");
    const seen = await projectAtRevision("HEAD", join(root, "infra"), (cwd) =>
      Promise.resolve({
        cwd,
        text: readFileSync(join(cwd, "Pulumi.yaml"), "utf8"),
        packages: [join(cwd, "node_modules", "sdk"), join(cwd, "..", "node_modules")].map((path) =>
          realpathSync(path),
        ),
      }),
    );
    deepStrictEqual(
      [seen.text, seen.packages, existsSync(seen.cwd)],
      ["name: before\n", [join(root, "infra", "node_modules", "sdk"), join(root, "node_modules")], false],
    );
    // What is there now stays as it is.
    deepStrictEqual(readFileSync(join(root, "infra", "Pulumi.yaml"), "utf8"), "name: after\n");
    deepStrictEqual(existsSync(join(root, "infra", "node_modules", "sdk")), true);
    await rejects(
      projectAtRevision("nowhere", root, () => Promise.resolve()),
      /^PalisadeInputError: git:nowhere: fatal: /,
    );
    rmSync(root, { recursive: true });
  });

  it("a link that leads to itself is an error where it may be a manifest, and nothing else anywhere", () => {
    const root = laidOut();
    symlinkSync("self", join(root, "m", "self"));
    deepStrictEqual(readPaths([join(root, "m")]).length, 4);
    symlinkSync("self.yaml", join(root, "m", "self.yaml"));
    throws(() => readPaths([join(root, "m")]), /self\.yaml: links that lead in a circle/);
  });
});

describe("reading JSON and joined files", () => {
  const read = (text: string) =>
    parseManifests({ name: "x.json", bytes: Buffer.from(text) }).map(({ value }) => value);

  it("refuses a key that is there twice, as the YAML of it", () => {
    deepStrictEqual(read('{"a": {"b": "\\"c\\": 1"}, "d": [{"b": 1}, {"b": 2}]}').length, 1);
    throws(() => read('{"kind": "A",\n "spec": {},\n "spec": {"x": 1}}'), /x\.json:3: document 1: /);
  });

  it("reads a document that begins with a byte order mark, wherever it stands", () => {
    deepStrictEqual(read("\uFEFFkind: A\n---\n\uFEFFkind: B\n\uFEFF---\nkind: C\n"), [
      { kind: "A" },
      { kind: "B" },
      { kind: "C" },
    ]);
  });
});
