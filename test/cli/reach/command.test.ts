// Longer than most: every option of the command, a test each.
import { type Problem, problemText } from "../../../problems";
import { strict as assert } from "node:assert";
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as diff from "../../../cli/diff";
import * as explain from "../../../cli/explain";
import * as reach from "../../../cli/reach";
import { captured } from "../../captured";

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { metadata: { labels: { app: web } } } }
---
apiVersion: v1
kind: Pod
metadata: { name: db, labels: { app: db } }
status: { podIP: 10.0.0.7 }
---
apiVersion: v1
kind: Pod
metadata: { name: done }
status: { phase: Succeeded }
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  labels: { app: web }
  ownerReferences: [{ kind: ReplicaSet, name: web-5d8f, controller: true }]
`;
const POLICY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 5432 }]
`;

describe("palisade reach, explain, diff", () => {
  let folder = "";
  const file = (name: string, text: string | Buffer): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-reach-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("prints one JSON document: ends, products, warnings", async () => {
    const { code, stdout, stderr } = await captured(() =>
      reach.run([file("a.yaml", WEB + POLICY)], { json: true }),
    );
    assert.equal(code, 0);
    assert.equal(stderr, "");
    const answer = JSON.parse(stdout) as { ends: { id: string }[]; allowed: unknown[]; unknown: unknown[] };
    assert.deepEqual(
      answer.ends.map(({ id }) => id),
      ["0.0.0.0/0", "::/0", "default/db[Pod]", "default/web[Deployment]"],
    );
    assert.deepEqual(answer.unknown, []);
    assert.ok(
      answer.allowed.some(
        (product) =>
          JSON.stringify(product) ===
          '{"from":["default/web[Deployment]"],"to":["default/db[Pod]"],"protocol":"TCP","ports":"5432"}',
      ),
      stdout,
    );
  });

  it("prints one line a connection as txt, and filters", async () => {
    const path = file("a.yaml", WEB + POLICY);
    const { stdout } = await captured(() => reach.run([path], { format: "txt", to: "default/db" }));
    assert.equal(stdout, "default/web[Deployment] => default/db[Pod] : TCP 5432\n");
    const none = await captured(() => reach.run([path], { format: "txt", to: "default/db", port: "udp/53" }));
    assert.equal(none.stdout, "");
  });

  const bad: readonly [claim: string, text: string | Buffer, expected: RegExp][] = [
    ["malformed YAML", "a: 1\n---\nb: [\n", /^error: .*bad\.yaml:4: document 2: /],
    [
      "an invalid policy",
      `${WEB}${POLICY.replace("5432", "0")}`,
      /^error: .*bad\.yaml:31: document 5: NetworkPolicy default\/db: spec\.ingress\[0\]\.ports\[0\]\.port: 0 isn't a port/,
    ],
    ["a binary file", Buffer.from([0, 1, 2, 255]), /^error: .*bad\.yaml: isn't a text file/],
  ];
  for (const [claim, bytes, expected] of bad) {
    it(`answers ${claim} with exit code 2, no answer, and the place`, async () => {
      const { code, stdout, stderr } = await captured(() =>
        reach.run([file("bad.yaml", bytes)], { json: true }),
      );
      assert.equal(code, 2);
      const { verdict, error } = JSON.parse(stdout) as { verdict: string; error: { problems: Problem[] } };
      assert.equal(verdict, "error");
      assert.match(stderr, expected);
      assert.equal(`error: ${problemText(error.problems[0] ?? assert.fail())}\n`, stderr);
      const text = await captured(() => reach.run([file("bad.yaml", bytes)], {}));
      assert.deepEqual([text.code, text.stdout, text.stderr], [2, "", stderr]);
    });
  }

  it("counts every object of a kind that isn't read", async () => {
    const map = (name: string) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
    const { stderr } = await captured(() =>
      reach.run([file("maps.yaml", WEB + map("a") + map("b") + map("c"))], { format: "txt" }),
    );
    assert.match(
      stderr,
      /kinds that don't bear on reachability were skipped \(3: ConfigMap in .*maps\.yaml\)/,
    );
  });

  it("refuses numbers where kubectl would read a number: 1_000, 010, 0b10", async () => {
    for (const value of ["1_000", "010", "0b10"]) {
      const text = `apiVersion: v1\nkind: Pod\nmetadata: { name: web, labels: { app: ${value} } }\n`;
      const { code, stderr } = await captured(() => reach.run([file("number.yaml", text)], {}));
      assert.equal(code, 2, value);
      assert.match(stderr, /labels\.app: expected a string, found \d+: put it in quotes/);
    }
  });

  it("survives an anchor bomb and a symlink loop", async () => {
    const bomb = ["a0: &a0 [x]"];
    for (let i = 1; i < 40; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    const nest = join(folder, "nest");
    mkdirSync(nest);
    writeFileSync(join(nest, "bomb.yaml"), bomb.join("\n"));
    writeFileSync(join(nest, "web.yaml"), WEB);
    symlinkSync(nest, join(nest, "loop"));
    const { code, stderr } = await captured(() => reach.run([nest], { format: "txt" }));
    assert.equal(code, 0);
    assert.match(stderr, /aren't Kubernetes objects were skipped/);
  });

  it("says which path isn't there, and that an empty folder holds nothing", async () => {
    const gone = await captured(() => reach.run([join(folder, "gone")], {}));
    assert.deepEqual([gone.code, gone.stdout], [2, ""]);
    assert.match(gone.stderr, /gone: no such file or folder/);
    mkdirSync(join(folder, "empty"));
    const empty = await captured(() => reach.run([join(folder, "empty")], {}));
    assert.match(empty.stderr, /holds no \.yaml, \.yml or \.json file/);
  });

  it("exits 3 for an unknown only when asked to", async () => {
    const host = WEB.replace(
      "metadata: { name: db, labels: { app: db } }",
      "metadata: { name: db }\nspec: { hostNetwork: true }",
    );
    const closed = POLICY.replace("{ matchLabels: { app: db } }", "{ matchLabels: { app: web } }");
    const path = file("host.yaml", host + closed);
    assert.equal((await captured(() => reach.run([path], { json: true }))).code, 0);
    assert.equal((await captured(() => reach.run([path], { json: true, failOn: "unknown" }))).code, 3);
  });

  it("explains a block, and what would lift it", async () => {
    const path = file("a.yaml", WEB + POLICY);
    const { code, stdout } = await captured(() =>
      explain.run("default/db", "default/web", "tcp/80", [path], {}),
    );
    assert.equal(code, 0);
    assert.equal(
      stdout,
      [
        "default/db[Pod] doesn't reach default/web[Deployment] on TCP 80.",
        `Egress: NetworkPolicy default/db (${path}, document 5) isolates default/db[Pod], and no rule of it admits this.`,
        "Ingress: no NetworkPolicy isolates default/web[Deployment], so this passes.",
        "To allow it, add to spec.egress of NetworkPolicy default/db:",
        "  - to:",
        "      - podSelector:",
        "          matchLabels:",
        '            app: "web"',
        "    ports:",
        "      - protocol: TCP",
        "        port: 80",
        "",
      ].join("\n"),
    );
  });

  it("advises a policy of its own where the one that blocks is of other pods too", async () => {
    const closed = `${WEB}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
    const { stdout } = await captured(() =>
      explain.run("web", "db", "5432", [file("closed.yaml", closed)], {}),
    );
    assert.equal(
      stdout.slice(stdout.indexOf("To allow")),
      [
        "To allow it, add to namespace default:",
        "  apiVersion: networking.k8s.io/v1",
        "  kind: NetworkPolicy",
        "  metadata:",
        '    name: "db-ingress"',
        '    namespace: "default"',
        "  spec:",
        "    podSelector:",
        "      matchLabels:",
        '        app: "db"',
        "    policyTypes:",
        "      - Ingress",
        "    ingress:",
        "      - from:",
        "          - podSelector:",
        "              matchLabels:",
        '                app: "web"',
        "        ports:",
        "          - protocol: TCP",
        "            port: 5432",
        "",
      ].join("\n"),
    );
  });

  it("finds ends by id, name, namespace and name, or a label's value, and lists what an ambiguous one may mean", async () => {
    const path = file("policy.yaml", POLICY.slice(4));
    const [first] = (await captured(() => explain.run("web", "db", "5432", [path], {}))).stdout.split("\n");
    assert.equal(first, "default/{app=web}[Pod] reaches default/{app=db}[Pod] on TCP 5432.");
    const qualified = await captured(() => explain.run("default/web", "default/db", "5432", [path], {}));
    assert.equal(qualified.stdout.split("\n")[0], first);
    const many = await captured(() => explain.run("default/*", "db", "5432", [path], {}));
    assert.equal(many.code, 2);
    assert.match(
      many.stderr,
      /^error: default\/\* means 3 ends: .*default\/\{app=web\}\[Pod\].*\. Name one\.$/m,
    );
  });

  it("reads an IPv4 block written as IPv6 as an older API server does, and refuses it for a newer one", async () => {
    const text =
      WEB +
      POLICY.replace("podSelector: { matchLabels: { app: web } }", 'ipBlock: { cidr: "::ffff:0:0/96" }');
    const refused = await captured(() => reach.run([file("mapped.yaml", text)], {}));
    assert.deepEqual([refused.code, refused.stdout], [2, ""]);
    assert.match(
      refused.stderr,
      /is an IPv4 block written as IPv6, which API servers refuse since Kubernetes 1\.36/,
    );
    const { code, stdout, stderr } = await captured(() =>
      reach.run([file("mapped.yaml", text)], { format: "txt", to: "default/db", kubernetes: "1.35" }),
    );
    assert.equal(code, 0);
    assert.match(stdout, /^0\.0\.0\.0-255\.255\.255\.255 => default\/db\[Pod\] : TCP 5432$/m);
    assert.doesNotMatch(stdout, /^::/m);
    assert.match(stderr, /IPv4 blocks written as IPv6 were read as the IPv4 blocks/);
  });

  it("tells what a change gains and loses, also against a saved answer", async () => {
    const [open, closed] = [file("open.yaml", WEB), file("closed.yaml", WEB + POLICY)];
    const { code, stdout } = await captured(() => diff.run(closed, open, { failOn: "gained" }));
    assert.equal(code, 1);
    assert.match(stdout, /^\+ default\/db\[Pod\] => default\/web\[Deployment\] : All Connections$/m);
    assert.doesNotMatch(stdout, /^- /m);
    const saved = await captured(() => reach.run([open], { json: true }));
    const same = await captured(() => diff.run(file("saved.json", saved.stdout), open, { failOn: "gained" }));
    assert.deepEqual([same.code, same.stdout], [0, "no connection gained or lost\n"]);
  });

  it("says where two saved answers can't be compared in full", async () => {
    const savedOf = async (name: string, labels: string) => {
      const policies = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: { matchLabels: { ${labels} } } }
`;
      const { stdout } = await captured(() => reach.run([file(`${name}.yaml`, policies)], { json: true }));
      return file(`${name}.json`, stdout);
    };
    const [one, two] = [await savedOf("one", "app: web"), await savedOf("two", "app: db")];
    const differing = await captured(() => diff.run(one, two, {}));
    assert.match(differing.stderr, /both sides are saved answers that represent different pods/);
    assert.equal((await captured(() => diff.run(one, one, {}))).stderr, "");
  });
});
