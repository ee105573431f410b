import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as diff from "../../../cli/diff";
import * as reach from "../../../cli/reach";
import { captured } from "../../captured";
import { FakeApiServer, kubeconfigFor } from "../../kube/fakeApiServer";
import { served } from "../../kube/servedObjects";

const API = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec: { template: { metadata: { labels: { app: api } } } }
`;
const admits = (...peers: readonly string[]) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress:
${peers.map((peer) => `    - { from: [${peer}], ports: [{ port: 8080 }] }\n`).join("")}`;
const peer = (app: string) =>
  `{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } }, podSelector: { matchLabels: { app: ${app} } } }`;
const NODE = `---
apiVersion: v1
kind: Node
metadata: { name: a }
spec: { podCIDRs: [10.42.0.0/24] }
status: { addresses: [{ type: InternalIP, address: 10.0.0.1 }] }
`;

describe("palisade diff: what its sides are", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "palisade-sides-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const compared = (before: string, after: string, flags: diff.DiffFlags = {}) =>
    captured(() => diff.run(before, after, { failOn: "gained", ...flags }));
  const saved = async (name: string, path: string) =>
    file(name, (await captured(() => reach.run([path], { json: true }))).stdout);

  describe("peers that only policies name", () => {
    it("are compared as representatives: a rule for one more peer is a gain, a rule less a loss", async () => {
      const [one, two] = [
        file("1.yaml", API + admits(peer("a"))),
        file("2.yaml", API + admits(peer("a"), peer("b"))),
      ];
      const more = await compared(one, two);
      assert.deepEqual(
        [more.code, more.stdout],
        [
          1,
          "+ edge/{app=b}[Pod] => shop/api[Deployment] : TCP 8080\n" +
            "  NetworkPolicy shop/api spec.ingress[1] lets it in: + edge/{app=b}[Pod] => shop/api[Deployment]\n",
        ],
      );
      const less = await compared(two, one);
      assert.deepEqual(
        [less.code, less.stdout],
        [
          0,
          "- edge/{app=b}[Pod] => shop/api[Deployment] : TCP 8080\n" +
            "  NetworkPolicy shop/api spec.ingress[1] no longer lets it in: - edge/{app=b}[Pod] => shop/api[Deployment]\n",
        ],
      );
    });

    it("are left out where --no-representatives says so", async () => {
      const [one, two] = [file("1.yaml", API + admits(peer("a"))), file("2.yaml", API + admits(peer("b")))];
      const { code, stdout } = await compared(one, two, { representatives: false });
      assert.deepEqual([code, stdout], [0, "no connection gained or lost\n"]);
    });

    it("of a saved answer are compared too; one that it doesn't hold is said, and counts as a gain", async () => {
      const [one, two] = [file("1.yaml", API + admits(peer("a"))), file("2.yaml", API + admits(peer("b")))];
      const was = await saved("1.json", one);
      assert.equal((await compared(was, one)).stdout, "no connection gained or lost\n");
      assert.equal((await compared(was, one)).code, 0);
      const { code, stdout } = await compared(was, two);
      assert.equal(code, 1);
      assert.deepEqual(stdout.split("\n").slice(0, -1), [
        "- edge/{app=a}[Pod] => shop/api[Deployment] : TCP 8080",
        "? a saved answer doesn't hold peers that policies of the other side name, so connections with them aren't compared: edge/{app=b}[Pod]",
      ]);
      const both = await compared(was, await saved("2.json", two));
      assert.match(both.stdout, /aren't compared: edge\/\{app=a\}\[Pod\], edge\/\{app=b\}\[Pod\]/);
    });
  });

  it("a saved answer whose input didn't tell address families has those of the other side, and the reverse", async () => {
    const [untold, told] = [file("1.yaml", API), file("2.yaml", API + NODE)];
    for (const [before, after] of [
      [await saved("1.json", untold), told],
      [await saved("2.json", told), untold],
    ] as const) {
      for (const sides of [
        [before, after],
        [after, before],
      ] as const) {
        const { stdout } = await compared(...sides);
        assert.doesNotMatch(stdout, /::/);
        assert.doesNotMatch(stdout, /^[+-] shop\/api\[Deployment\] => (0|255)/m);
      }
    }
  });

  it("a saved answer of an earlier version tells no families: those of the other side are compared", async () => {
    const answer = JSON.parse(
      (await captured(() => reach.run([file("1.yaml", API)], { json: true }))).stdout,
    ) as object;
    const old = file("old.json", JSON.stringify({ ...answer, families: undefined }));
    assert.doesNotMatch((await compared(old, file("2.yaml", API + NODE))).stdout, /::/);
  });

  it("a running cluster is compared where manifests speak of it: other namespaces and nodes are left out", async () => {
    const meta = (name: string, namespace?: string) => ({ metadata: { name, namespace } });
    const pod = (name: string, namespace: string, ip: string) => ({
      metadata: { name, namespace, labels: { app: name } },
      spec: { nodeName: "a" },
      status: { phase: "Running", podIP: ip },
    });
    const template = { metadata: { labels: { app: "api" } } };
    const lists = {
      "v1 Namespace namespaces": ["shop", "kube-system"].map((name) => meta(name)),
      "v1 Pod pods": [pod("dns", "kube-system", "10.42.0.9")],
      "v1 Node nodes": [
        { ...meta("a"), status: { addresses: [{ type: "InternalIP", address: "10.0.0.1" }] } },
      ],
      "apps/v1 Deployment deployments": [{ ...meta("api", "shop"), spec: { template } }],
      "networking.k8s.io/v1 NetworkPolicy networkpolicies": [],
    };
    const server = new FakeApiServer(
      served(
        Object.entries(lists).map(([name, objects]) => {
          const [apiVersion = "", kind = "", resource = ""] = name.split(" ");
          return { apiVersion, kind, resource, objects };
        }),
      ),
    );
    const kubeconfig = file("kubeconfig", kubeconfigFor(await server.start()));
    try {
      const closed = file("m.yaml", API + admits(peer("a")));
      const { code, stdout, stderr } = await compared("context:k3d-jewelry-dev", closed, { kubeconfig });
      assert.equal(code, 0);
      assert.deepEqual(stdout.match(/^[+-] \S+ => \S+/gm), [
        "- 0.0.0.0-255.255.255.255 => shop/api[Deployment]",
        "- edge/{app=a}[Pod] => shop/api[Deployment]",
        "- shop/api[Deployment] => shop/api[Deployment]",
      ]);
      assert.match(stderr, /namespaces that only the cluster holds aren't compared \(1: kube-system\)/);
      const back = await compared(closed, "context:k3d-jewelry-dev", { kubeconfig, namespace: "shop" });
      assert.equal(back.code, 1);
    } finally {
      server.stop();
    }
  });

  it("a kubeconfig where no side is a cluster, and a revision without a path beside a cluster, are refused", async () => {
    const one = file("1.yaml", API);
    for (const [before, after, flags, expected] of [
      [
        one,
        one,
        { kubeconfig: one },
        /^error: --kubeconfig: no side is a cluster\. Write one as context:NAME\.$/m,
      ],
      [
        "git:HEAD",
        "context:prod",
        {},
        /^error: git:HEAD: has no path, and the other side isn't one\. Write git:HEAD:PATH\.$/m,
      ],
    ] as const) {
      const { code, stdout, stderr } = await compared(before, after, flags);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, expected);
    }
  });

  it("a revision's kustomizations are built as they were, bases elsewhere in the repository included", async () => {
    const tool = file("bin/kustomize", `#!/bin/sh\nexec /bin/cat "$2"/../base/*.yaml\n`);
    chmodSync(tool, 0o755);
    const path = process.env["PATH"];
    const here = process.cwd();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
        cwd: join(folder, "repo"),
      });
    file("repo/base/a.yaml", API);
    file("repo/overlay/kustomization.yaml", "resources:\n  - ../base\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "open");
    file("repo/base/b.yaml", admits(peer("a")));
    process.env["PATH"] = `${join(folder, "bin")}:${path ?? ""}`;
    process.chdir(join(folder, "repo"));
    try {
      const { code, stdout, stderr } = await compared("git:HEAD", "overlay", { representatives: false });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^- shop\/api\[Deployment\] => shop\/api\[Deployment\] : All Connections$/m);
      assert.match(stderr, /kustomizations were built by kustomize build \(1: HEAD:overlay\)/);
      // The repository is as it was.
      assert.equal(git("status", "--porcelain").toString(), "?? base/b.yaml\n");
      const off = await compared("git:HEAD", "overlay", { kustomize: false });
      assert.equal(off.code, 2);
    } finally {
      process.chdir(here);
      process.env["PATH"] = path;
    }
  });
});
