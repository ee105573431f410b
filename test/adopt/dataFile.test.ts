import { strict as assert } from "node:assert";
import path from "node:path";
import { dataFileOf } from "../../adopt";
import { declarationIn, proveImport } from "../../cli/import/prove";
import { applicationFromData, TODO_OWNER, TODO_REASON } from "../../flows";
import { readKubernetesYaml } from "../../yaml";
import { fortyPolicies } from "./fortyPolicies";
import { type Imported, importOfObjects, importOfPath } from "./importing";
import { teamObjects } from "./teams";

const FIXTURES = path.join(__dirname, "..", "fixtures", "import");

const imports = (): readonly Imported[] => [
  importOfPath(path.join(FIXTURES, "jewelry-shop.yaml")),
  importOfPath(path.join(FIXTURES, "fineract.yaml")),
  importOfObjects(fortyPolicies()),
  ...[1, 2, 3].map((seed) => importOfObjects(teamObjects(seed))),
];

const dataFiles = ({ plan }: Imported) => plan.applications.map((one) => dataFileOf(one, "../flows"));

describe("the files of an import as data", () => {
  it("declare, when they are read, exactly what was proposed", () => {
    for (const imported of imports()) {
      const files = dataFiles(imported);
      assert.deepEqual(
        files.map(({ name }) => name),
        imported.files.map(({ name }) => name.replace(/\.ts$/, ".yaml")),
      );
      assert.deepEqual(
        files.map(declarationIn),
        imported.plan.applications.map(({ application }) => application),
      );
    }
  });

  it("are applications as data, once what is TODO in them is written", () => {
    for (const { name, text } of imports().flatMap(dataFiles)) {
      const written = text
        .replaceAll(TODO_REASON, "said")
        .replaceAll(`owner: ${TODO_OWNER}\n`, "owner: team\n");
      const [data] = readKubernetesYaml(written);
      assert.deepEqual(applicationFromData(data), data, name);
    }
  });

  it("are proved as those in TypeScript are", () => {
    for (const imported of imports())
      assert.deepEqual(proveImport(imported.plan, dataFiles(imported), imported.input), imported.proof);
  });

  it("name their schema first, then whence they are and what is left to write", () => {
    const [file] = dataFiles(importOfPath(path.join(FIXTURES, "fineract.yaml")));
    assert.match(
      file?.text ?? "",
      /^# yaml-language-server: \$schema=\.\.\/docs\/application\.schema\.json\n# Imported from the NetworkPolicies of namespace fineract-dev\.\n/,
    );
  });
});
