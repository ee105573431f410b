import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import {
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
import { parse } from "yaml";

const ROOT = join(__dirname, "..", "..");
const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "${name}", ports: [{ containerPort: 8080 }] }] }
---
`;
const policy = (port: number): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: all, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: ${port} }] }]
  egress: [{ to: [{ podSelector: {} }] }]
`;
const NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: shop } }\n---\n";
const manifests = (port: number) => NAMESPACE + deployment("web") + deployment("api") + policy(port);

describe("scripts/review.sh, which the action and GitLab's template run", function () {
  this.timeout(60_000);
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: folder });
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-review-"));
    mkdirSync(join(folder, "k8s"));
    mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
    symlinkSync(join(ROOT, "bin", "palisade.js"), join(folder, "node_modules", ".bin", "palisade"));
    writeFileSync(join(folder, "k8s", "all.yaml"), manifests(8080));
    git("init", "-q", "-b", "main");
    git("add", "k8s");
    git("commit", "-qm", "all");
    writeFileSync(join(folder, "k8s", "all.yaml"), manifests(9090));
  });
  after(() => rmSync(folder, { recursive: true }));
  const review = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(join(ROOT, "scripts", "review.sh"), args, {
      cwd: folder,
      env: { ...process.env, ...env },
      encoding: "utf8",
    });

  it("writes the change as a comment, the verdict, and findings as SARIF", () => {
    const { status, stdout, stderr } = review(["manifests", "k8s", "main", "out"]);
    assert.equal(stderr, "");
    assert.deepEqual(readdirSync(join(folder, "out")).sort(), [
      "comment.md",
      "palisade.sarif",
      "verdict.txt",
    ]);
    const comment = readFileSync(join(folder, "out", "comment.md"), "utf8");
    assert.match(comment, /^<!-- palisade review: manifests k8s -->\n## Palisade: k8s\n/);
    assert.match(comment, /shop\/web\[Deployment\].*TCP 9090/);
    assert.match(comment, /shop\/web\[Deployment\].*TCP 8080/);
    assert.equal(readFileSync(join(folder, "out", "verdict.txt"), "utf8"), stdout);
    const sarif = JSON.parse(readFileSync(join(folder, "out", "palisade.sarif"), "utf8")) as {
      version: string;
    };
    assert.equal(sarif.version, "2.1.0");
    const { status: own } = spawnSync(
      join(folder, "node_modules", ".bin", "palisade"),
      ["check", "k8s", "--fail-on", "unknown"],
      { cwd: folder },
    );
    assert.equal(status, own, "the verdict's own exit code");
  });

  it("fails where nothing may be gained", () => {
    assert.equal(review(["manifests", "k8s", "main", "out"], { PALISADE_FAIL_ON: "gained" }).status, 1);
  });

  it("is no verdict where the input is bad, a revision isn't there, or the call is wrong", () => {
    assert.equal(review(["manifests", "nowhere", "main", "out"]).status, 2);
    const { status } = review(["manifests", "k8s", "no-such-revision", "out"]);
    assert.ok(status !== 0);
    assert.match(readFileSync(join(folder, "out", "comment.md"), "utf8"), /couldn't be compared/);
    assert.equal(review(["everything"]).status, 2);
  });
});

describe("the action and GitLab's template for reviews", () => {
  const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as {
    readonly inputs: Readonly<Record<string, object>>;
    readonly runs: {
      readonly using: string;
      readonly steps: readonly { readonly if?: string; readonly run?: string; readonly shell?: string }[];
    };
  };

  it("hand no expression to a shell, and ask forks for nothing that they can't do", () => {
    assert.equal(action.runs.using, "composite");
    const scripts = action.runs.steps.flatMap(({ run, shell }) =>
      run === undefined ? [] : [{ run, shell }],
    );
    assert.ok(scripts.every(({ run, shell }) => shell === "bash" && !run.includes("${{")));
    const writes = action.runs.steps.filter((step) =>
      /gh pr comment|upload-sarif/.test(JSON.stringify(step)),
    );
    assert.equal(writes.length, 2);
    for (const step of writes) assert.match(step.if ?? "", /head\.repo\.full_name == github\.repository/);
  });

  it("run the same script", () => {
    const template = readFileSync(
      join(ROOT, "docs", "ci", "gitlab", "palisade-review.gitlab-ci.yml"),
      "utf8",
    );
    const { "palisade:review": job } = parse(template) as {
      readonly "palisade:review": { readonly script: readonly string[] };
    };
    assert.match(job.script.at(-1) ?? "", /^scripts\/review\.sh /);
    assert.ok(action.runs.steps.some(({ run }) => run?.includes("scripts/review.sh")));
  });
});
