import { strict as assert } from "node:assert";
import fs from "node:fs";
import path from "node:path";
import { loadAll } from "js-yaml";
import { INVARIANTS } from "../../policypack/invariants";
import { run, type TestResource } from "../policypack/helpers";

const ALL: readonly string[] = INVARIANTS.map(({ name }) => name);

/** What a folder of stacks/ says of itself. */
interface About {
  readonly package: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly licence: string;
  /** What the policies find that is really wrong with it, and why it is. */
  readonly defects: readonly {
    readonly policy: string;
    readonly resource: string;
    readonly because: string;
  }[];
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const STACKS = path.join(__dirname, "stacks");

/** An object as a program's own resource. */
function resourceOf(object: Manifest): TestResource {
  const { apiVersion, kind, metadata } = object;
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  return { type: `kubernetes:${group}:${kind}`, name: `${kind}/${metadata.name}`, props: object };
}

/** A stack of manifests, or of a program's resources as the engine tells them. */
function read(folder: string): { about: About; stack: TestResource[] } {
  const file = (name: string) => fs.readFileSync(path.join(STACKS, folder, name), "utf8");
  const has = (name: string) => fs.existsSync(path.join(STACKS, folder, name));
  const stack = ["theirs", "ours"].flatMap((name) =>
    has(`${name}.yaml`)
      ? (loadAll(file(`${name}.yaml`)) as Manifest[]).map(resourceOf)
      : (JSON.parse(file(`${name}.json`)) as TestResource[]),
  );
  return { about: JSON.parse(file("about.json")) as About, stack };
}

/** Each policy and object that something mandatory is said of. */
const mandatory = (stack: readonly TestResource[]): string[] => {
  const reports = run(stack, {}, { only: ALL });
  const told = reports
    .filter(({ level }) => level === "mandatory")
    .map(({ policy, urn }) => `${policy} ${urn?.split("::").at(-1) ?? ""}`);
  return [...new Set(told)].sort();
};

describe("other people's stacks, with well-made policies, and no configuration", () => {
  const folders = fs.readdirSync(STACKS);

  it("are at least 25, and each says where it is from", () => {
    assert.ok(folders.length >= 25);
    for (const folder of folders) {
      const { about } = read(folder);
      assert.ok(about.package && about.version && about.licence && about.files.length > 0, folder);
    }
  });

  for (const folder of folders) {
    it(`${folder}: nothing is mandatory that isn't a real defect`, () => {
      const { about, stack } = read(folder);
      const expected = about.defects.map(({ policy, resource, because }) => {
        assert.ok(because, `${policy} ${resource}: says why it is one`);
        return `${policy} ${resource}`;
      });
      assert.deepEqual(mandatory(stack), [...new Set(expected)].sort());
    });
  }
});
