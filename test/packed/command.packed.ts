import { strict as assert } from "node:assert";
import { statSync } from "node:fs";
import path from "node:path";
import { README_COMMANDS } from "./readmeProgram";
import { bytesIn, install, must, type Ran, run, type Tarballs, tarballs, Workbench } from "./workbench";

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 8080 }]
`;
const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: ${name}, ports: [{ containerPort: 8080 }] }] }
`;
const NAMESPACE = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n`;
const manifests = [NAMESPACE, deployment("web"), deployment("api"), deployment("other"), POLICY].join(
  "---\n",
);

const COMMITTER = ["-c", "user.name=tester", "-c", "user.email=tester@example.com"];

describe("the command, installed alone from its tarball", () => {
  const bench = new Workbench();
  let made: Tarballs;
  let folder: string;
  const palisade = (...args: string[]): Promise<Ran> =>
    run(folder, path.join(folder, "node_modules", ".bin", "palisade"), args);

  before(async () => {
    made = await tarballs();
    folder = bench.user("manifests", {
      "k8s/all.yaml": manifests,
      "Pulumi.yaml": "name: ours\nruntime: nodejs\n",
    });
    await install(folder, ["--save-dev", made.palisade]);
  });
  after(() => bench.remove());

  it("is under 1.5 MB packed, and under 30 MB with all that it needs", () => {
    assert.ok(statSync(made.palisade).size < 1.5e6, String(statSync(made.palisade).size));
    const installed = bytesIn(path.join(folder, "node_modules"));
    assert.ok(installed < 30e6, String(installed));
  });

  it("answers from manifests, with its exit codes", async () => {
    const { code, stdout } = await palisade("explain", "web", "api", "8080", "k8s");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /api/);
    assert.match((await palisade("explain", "other", "api", "8080", "k8s")).stdout, /blocked|doesn't reach/);
    assert.equal((await palisade("check", "k8s")).code, 1);
    const { stdout: json } = await palisade("reach", "--json", "k8s");
    assert.equal(typeof JSON.parse(json), "object");
  });

  it("runs what the package's README runs on manifests", async () => {
    const database = deployment("database").replace("8080", "5432");
    const repository = bench.user("repository", { "k8s/all.yaml": `${manifests}---\n${database}` });
    for (const args of [
      ["init", "-q", "-b", "main"],
      ["add", "."],
      [...COMMITTER, "commit", "-qm", "all"],
    ])
      await must(repository, "git", args);
    const command = path.join(folder, "node_modules", ".bin", "palisade");
    const codes: [string, number][] = [];
    for (const args of README_COMMANDS)
      codes.push([args[0] ?? "", (await run(repository, command, args)).code]);
    assert.deepEqual(codes, [
      ["reach", 0],
      ["explain", 0],
      ["check", 1],
      ["diff", 0],
    ]);
  });

  it("has a version, and help for every subcommand", async () => {
    assert.match((await palisade("--version")).stdout, /^\d+\.\d+\.\d+\n$/);
    const { stdout } = await palisade("--help");
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) (?:\[|<)/gm)].map(([, name = ""]) => name);
    assert.ok(commands.includes("reach") && commands.includes("preview"), stdout);
    for (const name of commands) assert.equal((await palisade(name, "--help")).code, 0, name);
  });

  it("says in a line what a preview needs, where the SDK isn't installed", async () => {
    const { code, stderr } = await palisade("preview");
    assert.equal(code, 2, stderr);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.match(stderr, /npm install @pulumi\/pulumi/);
  });
});
