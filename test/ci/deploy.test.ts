import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Writes its command line into the log and exits with the next of the codes that its file has. */
const fake = (name: string): string => `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const [code, ...rest] = JSON.parse(readFileSync(process.env.FOLDER + "/${name}.codes", "utf8"));
writeFileSync(process.env.FOLDER + "/${name}.codes", JSON.stringify(rest));
appendFileSync(process.env.FOLDER + "/log", ["${name}", ...process.argv.slice(2)].join(" ") + "\\n");
process.exit(code);
`;

describe("scripts/deploy.sh, which the workflows of docs/ci run", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-test-"));
    for (const each of ["scripts", "bin", "path"]) mkdirSync(join(folder, each));
    copyFileSync(join(__dirname, "..", "..", "scripts", "deploy.sh"), join(folder, "scripts", "deploy.sh"));
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "");
    writeFileSync(join(folder, "bin", "palisade.js"), fake("palisade"));
    writeFileSync(join(folder, "path", "pulumi"), fake("pulumi"));
    chmodSync(join(folder, "path", "pulumi"), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @param codes what each call of a program exits with */
  function deploy(args: readonly string[], codes: { palisade?: number[]; pulumi?: number[] } = {}) {
    for (const name of ["palisade", "pulumi"] as const)
      writeFileSync(join(folder, `${name}.codes`), JSON.stringify(codes[name] ?? []));
    rmSync(join(folder, "log"), { force: true });
    const PATH = [join(folder, "path"), process.env["PATH"]].join(delimiter);
    const { status, stderr } = spawnSync(join(folder, "scripts", "deploy.sh"), args, {
      env: { ...process.env, PATH, FOLDER: folder },
      encoding: "utf8",
    });
    const log = join(folder, "log");
    const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    return { status, stderr, calls };
  }

  const drift = "palisade drift --stack dev";
  const preview = "pulumi preview --stack dev --policy-pack policypack --non-interactive";
  const up = "pulumi up --yes --stack dev --policy-pack policypack --non-interactive";

  it("plan asks no cluster and no Pulumi, and fails as the embedded preview does", () => {
    for (const code of [0, 1, 2, 3]) {
      const { status, calls } = deploy(["plan", "dev"], { palisade: [code] });
      assert.equal(status, code);
      assert.deepEqual(calls, ["palisade preview --stack dev --fail-on unknown"]);
    }
  });

  it("preview looks at the clusters first, and goes on where there are differences", () => {
    for (const live of [0, 1]) {
      const { status, calls } = deploy(["preview", "dev"], { palisade: [live], pulumi: [0] });
      assert.equal(status, 0);
      assert.deepEqual(calls, [drift, preview]);
    }
    assert.equal(deploy(["preview", "dev"], { palisade: [0], pulumi: [255] }).status, 1);
  });

  it("preview notes where other stacks have a configuration of the policies and this one has none: it may have been removed", () => {
    const noted = () =>
      /^note: .*$/m.exec(deploy(["preview", "dev"], { palisade: [0], pulumi: [0] }).stderr)?.[0];
    assert.equal(noted(), undefined);
    writeFileSync(join(folder, "Pulumi.prod.policies.json"), "{}");
    assert.equal(
      noted(),
      "note: there is no Pulumi.dev.policies.json, so the policies judge as they are by default; other stacks have theirs",
    );
    writeFileSync(join(folder, "Pulumi.dev.policies.json"), "{}");
    assert.equal(noted(), undefined);
  });

  for (const step of ["preview", "up", "drift"])
    it(`${step} stops where a cluster can't be compared, says why, and asks Pulumi nothing`, () => {
      for (const code of [2, 3, 130]) {
        const { status, stderr, calls } = deploy([step, "dev"], { palisade: [code] });
        assert.equal(status, 2);
        assert.deepEqual(calls, [drift]);
        assert.match(stderr, /Stopped: the clusters of dev can't be compared with the plan/);
      }
    });

  it("up is followed by drift, whose finding is its own", () => {
    const clean = deploy(["up", "dev"], { palisade: [1, 0], pulumi: [0] });
    assert.equal(clean.status, 0);
    assert.deepEqual(clean.calls, [drift, up, drift]);
    const left = deploy(["up", "dev"], { palisade: [0, 1], pulumi: [0] });
    assert.equal(left.status, 1);
    assert.deepEqual(left.calls, [drift, up, drift]);
    assert.match(left.stderr, /What is live isn't what is planned\./);
    // A cluster that goes away meanwhile.
    assert.equal(deploy(["up", "dev"], { palisade: [0, 2], pulumi: [0] }).status, 2);
  });

  it("an up that fails is a failure, whatever is live", () => {
    const { status, calls } = deploy(["up", "dev"], { palisade: [0], pulumi: [255] });
    assert.equal(status, 1);
    assert.deepEqual(calls, [drift, up]);
  });

  it("calls what the project has installed, where it has", () => {
    const installed = join(folder, "node_modules", ".bin");
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, "palisade"), fake("palisade"));
    chmodSync(join(installed, "palisade"), 0o755);
    rmSync(join(folder, "bin"), { recursive: true });
    assert.deepEqual(deploy(["drift", "dev"], { palisade: [0] }).calls, [drift]);
  });

  it("gives the pack the stack's configuration, where it has one", () => {
    writeFileSync(join(folder, "Pulumi.dev.policies.json"), "{}");
    const { calls } = deploy(["preview", "dev"], { palisade: [0], pulumi: [0] });
    const configured = preview.replace(
      "policypack",
      "policypack --policy-pack-config Pulumi.dev.policies.json",
    );
    assert.deepEqual(calls, [drift, configured]);
  });

  it("drift alone: 0 or 1", () => {
    for (const code of [0, 1]) {
      const { status, calls } = deploy(["drift", "dev"], { palisade: [code] });
      assert.equal(status, code);
      assert.deepEqual(calls, [drift]);
    }
  });

  it("knows an organization's stack by its last name", () => {
    const { calls } = deploy(["drift", "acme/palisade/dev"], { palisade: [0] });
    assert.deepEqual(calls, ["palisade drift --stack acme/palisade/dev"]);
  });

  it("refuses another step, another stack, and too few or too many words, and runs nothing", () => {
    for (const args of [["destroy", "dev"], ["up", "nowhere"], ["up"], [], ["up", "dev", "--yes"]]) {
      const { status, calls, stderr } = deploy(args);
      assert.equal(status, 2, args.join(" "));
      assert.deepEqual(calls, []);
      assert.match(stderr, /scripts\/deploy\.sh up|there is no Pulumi\.nowhere\.yaml/);
    }
  });
});
