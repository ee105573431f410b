import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectApplications } from "../../cli/projectApplications";
import { readProject } from "../../engine";
import { PalisadeInputError } from "../../problems";

describe("the applications of a project", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "palisade-project-"));
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: ours\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (file: string, text: string): void => {
    mkdirSync(path.join(root, "applications"), { recursive: true });
    writeFileSync(path.join(root, "applications", file), text);
  };
  const refusal = (): string => {
    try {
      projectApplications(readProject(root));
    } catch (error) {
      if (error instanceof PalisadeInputError) return error.message;
      throw error;
    }
    return "none";
  };

  it("are what applications/ beside its Pulumi.yaml exports, whichever project it is", () => {
    write("shop.ts", `export const shop = { name: "shop", owner: "web", workloads: {}, flows: [] };`);
    write("index.ts", `import { shop } from "./shop";\nexport const applications = [shop] as const;`);
    assert.deepEqual(projectApplications(readProject(root)), [
      { name: "shop", owner: "web", workloads: {}, flows: [] },
    ]);
  });

  it("are its YAML and JSON files where it has no index; beside one, these are the index's to read", () => {
    const data = (name: string) => ({
      name,
      owner: "web",
      workloads: { web: { labels: { app: "web" }, ports: { http: "tcp/80" } } },
      flows: [{ from: { kind: "internet" }, to: "web", ports: ["tcp/80"], because: "customers" }],
    });
    write("b.yaml", JSON.stringify(data("b")));
    write("a.json", JSON.stringify(data("a")));
    const names = () => projectApplications(readProject(root)).map(({ name }) => name);
    assert.deepEqual(names(), ["a", "b"]);
    write("c.yml", "name: c\n");
    assert.match(refusal(), /^3 problems:\n {2}applications\/c\.yml: c: owner is missing/);
    write("index.js", `exports.applications = [${JSON.stringify(data("ours"))}];`);
    assert.deepEqual(names(), ["ours"]);
  });

  it("are asked for by name where there is no such folder, it fails, or it exports something else", () => {
    const folder = path.join(root, "applications");
    assert.match(
      refusal(),
      new RegExp(`^${folder}: its applications can't be read: Cannot find module .*Export them`, "s"),
    );
    write("index.js", `exports.applications = { shop: {} };`);
    assert.match(refusal(), new RegExp(`^${folder}: exports no list of applications\\. Export`));
  });
});
