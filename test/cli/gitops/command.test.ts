import { strict as assert } from "node:assert";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderedObjects, run, type RenderFlags } from "../../../cli/gitops";
import { plannedObjects } from "../../../cli/verify/planned";
import { isMap } from "../../../data";
import { captured } from "../../captured";
import { programFixture } from "../../engine/support";
import { twoSystems } from "../../twoSystems";

const ROOT = join(__dirname, "..", "..", "..");

describe("palisade render: the command", function () {
  this.timeout(300_000);
  let out: string;
  beforeEach(() => (out = mkdtempSync(join(tmpdir(), "palisade-render-"))));
  afterEach(() => rmSync(out, { recursive: true }));

  const render = (flags: Partial<RenderFlags> = {}) =>
    captured(() => run({ stack: "dev", cwd: twoSystems(), out, ...flags }));
  const contents = () =>
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name))
      .sort()
      .map((file) => [file, readFileSync(file, "utf8")]);

  it("writes each cluster's isolation as it is planned, byte for byte the same on a rerun", async () => {
    const first = await render();
    assert.deepEqual(
      [first.code, first.stdout.replaceAll(out, ""), first.stderr],
      [
        0,
        "/eks-dev: 16 objects; 18 files written, 0 removed, 0 as before\n/k3d-dev: 16 objects; 18 files written, 0 removed, 0 as before\n",
        "",
      ],
    );
    const before = contents();
    const again = await render();
    assert.match(again.stdout, /eks-dev: 16 objects; 0 files written, 0 removed, 18 as before\n/);
    assert.deepEqual(contents(), before);
    const { objects: planned } = await plannedObjects("dev", twoSystems());
    for (const cluster of ["k3d-dev", "eks-dev"]) {
      const objects = renderedObjects(out, cluster, { stack: "dev", cwd: twoSystems() });
      assert.deepEqual(
        objects.map(asDeclared).sort(byText),
        (planned.get(cluster) ?? []).map(asDeclared).sort(byText),
      );
    }
  });

  it("also writes what the API server is to enforce, where that is asked for, and takes it away again", async () => {
    const folder = () => join(out, "k3d-dev", "_admission");
    const inFolder = () => readdirSync(folder());
    const binding = () =>
      readFileSync(
        join(folder(), "validatingadmissionpolicybinding-palisade-dev-namespace-labels.yaml"),
        "utf8",
      );
    const alone = await render();
    const { code, stdout } = await render({ admission: "deny" });
    assert.equal(code, 0, stdout);
    const names = inFolder();
    assert.equal(names.length, 23);
    assert.ok(
      names.includes("validatingadmissionpolicy-palisade-dev-network-policy-no-everyone-ingress.yaml"),
    );
    assert.match(binding(), /validationActions:\n +- Deny\n/);
    assert.match(
      readFileSync(join(out, "k3d-dev", "kustomization.yaml"), "utf8"),
      /resources:\n +- _admission\n/,
    );
    // What drift compares is isolation.
    const compared = renderedObjects(out, "k3d-dev", { stack: "dev", cwd: twoSystems() });
    assert.equal(compared.length, 16);
    await render({ admission: "warn" });
    assert.match(binding(), /validationActions:\n +- Warn\n/);
    const again = await render();
    assert.match(again.stdout, /k3d-dev: 16 objects; 1 file written, 23 removed, 17 as before/);
    assert.equal(alone.code, 0);
    assert.equal(existsSync(folder()), false);
  });

  it("writes one cluster where one is named, and refuses a name that isn't there", async () => {
    const { code } = await render({ cluster: "k3d-dev" });
    assert.deepEqual([code, readdirSync(out)], [0, ["k3d-dev"]]);
    const wrong = await render({ cluster: "k3d-def" });
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [2, 'error: --cluster k3d-def: stack dev has eks-dev, k3d-dev. Did you mean "k3d-dev"?\n'],
    );
  });

  it("writes nothing at all where something of one cluster stands in the way", async () => {
    await render();
    const before = contents();
    const file = join(out, "k3d-dev", "jewelry-shop", "namespace.yaml");
    writeFileSync(file, "edited: by hand\n");
    rmSync(join(out, "eks-dev"), { recursive: true });
    const { code, stdout, stderr } = await render();
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^error: .*namespace\.yaml: was changed since it was rendered\..*\n$/);
    assert.equal(existsSync(join(out, "eks-dev")), false);
    rmSync(file);
    assert.equal((await render()).code, 0);
    assert.deepEqual(contents(), before);
  });

  it("names what isn't known before AWS makes it; with --fail-on unknown it exits 3 and writes nothing", async () => {
    const flags = { stack: "uat", cwd: ROOT } as const;
    const strict = await render({ ...flags, failOn: "unknown" });
    assert.deepEqual([strict.code, readdirSync(out)], [3, []], strict.stdout + strict.stderr);
    const { code, stdout } = await render(flags);
    assert.equal(code, 0);
    assert.deepEqual(
      stdout
        .split("\n")
        .filter((line) => line.includes("not rendered: SecurityGroupPolicy fineract-uat/"))
        .map((line) => line.replace(/.*rendered: (\S+ \S+): .*known before pulumi up$/, "$1")),
      ["fineract.batch", "fineract.read", "fineract.write", "keycloak"].map(
        (name) => `SecurityGroupPolicy fineract-uat/${name}`,
      ),
    );
  });

  it("writes nothing of a stack that its policies refuse: exit 1, with the preview", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "palisade-refused-"));
    const program = join(programFixture("namespace"), "index.ts");
    writeFileSync(join(cwd, "Pulumi.yaml"), `name: refused\nruntime: nodejs\nmain: ${program}\n`);
    writeFileSync(join(cwd, "Pulumi.dev.yaml"), "{}\n");
    symlinkSync(join(ROOT, "policypack"), join(cwd, "policypack"));
    const { code, stdout } = await render({ cwd });
    rmSync(cwd, { recursive: true });
    assert.deepEqual([code, readdirSync(out)], [1, []]);
    assert.match(stdout, /\nVIOLATIONS .*\nnothing is rendered\n$/);
  });

  it("refuses a stack of which a part can't be run here: what it would make isn't known", async () => {
    const { code, stderr } = await render({ cwd: programFixture("chartBeside") });
    assert.deepEqual([code, readdirSync(out)], [2, []]);
    assert.match(stderr, /^error: /);
  });
});

/** An object without what is for Argo CD, Flux or Pulumi alone. */
function asDeclared(object: object): string {
  return JSON.stringify(withoutHandling(object));
}

function withoutHandling(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHandling);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, inner]) =>
          !/^(?:argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|pulumi\.com)\//.test(key) &&
          !(key === "annotations" && Object.keys(withoutHandling(inner) as object).length === 0),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, withoutHandling(inner)]),
  );
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);
