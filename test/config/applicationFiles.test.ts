import { strict as assert } from "node:assert";
import { applicationFileNames, applicationsFromFiles } from "../../config/applicationFiles";
import { PalisadeInputError } from "../../problems";

const SHOP = `name: shop
owner: shop-team
workloads:
  web: { labels: { app: web }, ports: { http: tcp/80 } }
flows:
  - { from: { kind: internet }, to: web, ports: [tcp/80], because: customers }
`;
const messages = (files: Readonly<Record<string, string>>): readonly string[] => {
  try {
    applicationsFromFiles(Object.entries(files).map(([name, text]) => ({ name, text })));
  } catch (error) {
    if (error instanceof PalisadeInputError) return error.message.split("\n").map((line) => line.trim());
    throw error;
  }
  return [];
};

describe("applications as files", () => {
  it("are those of a folder's YAML and JSON files, in the order of their names", () => {
    assert.deepEqual(applicationFileNames(["b.yaml", "index.ts", "c.json", "README.md", "a.yml", "yaml"]), [
      "a.yml",
      "b.yaml",
      "c.json",
    ]);
  });

  it("are what is in them, one a file", () => {
    const [shop] = applicationsFromFiles([{ name: "shop.yaml", text: SHOP }]);
    assert.deepEqual([shop?.name, Object.keys(shop?.workloads ?? {})], ["shop", ["web"]]);
  });

  it("are refused with every mistake of every file, each with the file's name", () => {
    assert.deepEqual(
      messages({
        "shop.yaml": SHOP.replace("to: web", "to: wbe"),
        "ok.yaml": SHOP,
        "twice.yaml": `${SHOP}owner: another\n`,
        "two.yaml": `${SHOP}---\n${SHOP}`,
        "broken.yaml": "a: [\n",
      }).map((line) => line.replace(/(isn't YAML).*?(at line)/, "$1 … $2")),
      [
        "4 problems:",
        'shop.yaml: shop: flow internet → wbe: there is no workload "wbe". Did you mean "web"?',
        "twice.yaml: isn't YAML … at line 7, column 1. Write one application in one document.",
        "two.yaml: isn't YAML … at line 7, column 1. Write one application in one document.",
        "broken.yaml: isn't YAML … at line 2, column 1. Write one application in one document.",
      ],
    );
  });
});
