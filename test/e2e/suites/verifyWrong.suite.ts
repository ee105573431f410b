import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import type { KubeObject } from "../kube/client";
import { LiveCommand } from "../systems/live";
import { deployWithMistakes, kubeconfigOfNewAccount } from "../systems/mistakes";
import { livePolicy } from "../systems/shop";
import { questionsOf, reportOf, type AskedQuestion, type VerifyReport } from "../systems/verifyReport";

const shop = "jewelry-shop";

/** Results and causes of the questions from or to one workload. */
const about = (found: VerifyReport, matches: (question: AskedQuestion) => boolean): string[] =>
  [
    ...new Set(
      questionsOf(found)
        .filter(matches)
        .map(({ result, cause = "" }) => `${result}: ${cause}`),
    ),
  ].sort();

/** What a report says, whoever asked. */
const asked = (found: VerifyReport): unknown[] =>
  found.clusters.flatMap(({ checks, questions }) => [
    ...checks,
    ...questions.map(({ question, result, cause }) => [question, result, cause]),
  ]);

/** `verify` where something is wrong on purpose: each is named as what it is. */
describe("verify, wrong on purpose: each mistake is named as what it is", () => {
  let cluster: Cluster;
  let command: LiveCommand;
  const verify = (args: readonly string[] = [], kubeconfig?: string) =>
    command.palisade("verify", ["--address", "internet=93.184.215.14", "--json", ...args], kubeconfig);

  before("a cluster whose pods run, and nothing that enforces policies", async () => {
    cluster = await bench().startCluster({ name: "wrong", index: 24, serviceCidr: "10.43.0.0/16" }, "pods");
    command = LiveCommand.create(cluster, "k3d-dev");
  });

  after(() => bench().stopCluster(cluster));

  it("an application that isn't deployed: exit 2, and what to do", async () => {
    const { code, stdout, stderr } = await verify();
    assert.equal(code, 2);
    const said = JSON.parse(stdout) as { verdict: string; error: { problems: { text: string }[] } };
    assert.deepEqual([said.verdict, said.error.problems.length], ["error", 1]);
    assert.match(
      `${said.error.problems.map(({ text }) => text).join()} ${stderr}`,
      /jewelry-shop on k3d-dev: isn't deployed: there is no namespace jewelry-shop\. Run pulumi up/,
    );
  });

  it("no such context, an unreachable API: exit 2, named", async () => {
    const absent = await verify(["--context", "elsewhere"]);
    assert.equal(absent.code, 2);
    assert.match(absent.stderr, /no context elsewhere; there are: wrong\. Give one of them with --context/);
    const config = load(readFileSync(cluster.controlPlane.kubeconfig, "utf8")) as {
      clusters: { cluster: { server: string } }[];
    };
    for (const each of config.clusters) each.cluster.server = "https://10.0.0.10:1";
    const path = join(bench().folder, "unreachable.json");
    writeFileSync(path, JSON.stringify(config));
    const unreachable = await verify([], path);
    assert.equal(unreachable.code, 2);
    assert.match(
      unreachable.stderr,
      /the API server can't be reached: https:\/\/10\.0\.0\.10:1\/: connect ECONNREFUSED/,
    );
  });

  describe("deployed, with workloads that can't be asked", () => {
    let report: Promise<VerifyReport> | undefined;
    const asAdmin = () => (report ??= verify().then(reportOf));

    before("its objects and pods", () => deployWithMistakes(cluster, command));

    it("no permission to exec: exit 2, with the role to bind; bound, it is enough", async () => {
      const path = await kubeconfigOfNewAccount(cluster);
      const refused = await verify([], path);
      assert.equal(refused.code, 2, refused.stderr);
      assert.match(refused.stderr, /no permission to .*create pods\/exec in jewelry-shop/);
      const role = refused.stderr.slice(refused.stderr.indexOf("apiVersion: "));
      assert.match(role, /^apiVersion: /, refused.stderr);
      for (const object of loadAll(role)) await cluster.kube.apply(object as KubeObject);
      await cluster.kube.apply({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "verifier" },
        ...{
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "palisade-verify" },
        },
        ...{ subjects: [{ kind: "ServiceAccount", name: "verifier", namespace: "default" }] },
      });
      const bound = await verify([], path);
      assert.equal(bound.code, 1, bound.stderr);
      // As an account that may do everything: no check and no question misses a permission.
      assert.deepEqual(asked(reportOf(bound)), asked(await asAdmin()));
      assert.doesNotMatch(bound.stdout, /no permission|forbidden/i);
      const drift = await command.palisade("drift", [], path);
      assert.equal(drift.code, 0, drift.stderr);
    });

    describe("one run of it", () => {
      let found: VerifyReport;
      before(async () => (found = await asAdmin()));

      it("a CNI that enforces nothing", () => {
        assert.match(found.clusters[0]?.enforcement ?? "", /^This cluster doesn't enforce NetworkPolicies/);
        const open = questionsOf(found).find(
          ({ result, expected }) => result === "different" && expected === "blocked",
        );
        assert.match(
          open?.diagnosis ?? "",
          /The live policies forbid it, so the cluster doesn't enforce them/,
        );
      });

      it("a workload that listens nowhere: no verdict on any flow or denial towards it", () => {
        // There is one pod of redis, so its pods among themselves have nothing to ask.
        const towards = questionsOf(found).filter(({ from, to }) => to === "redis" && from !== "redis");
        assert.deepEqual([...new Set(towards.map(({ kind }) => kind))].sort(), [
          "denial",
          "flow",
          "scenario",
        ]);
        assert.deepEqual([...new Set(towards.map(({ result }) => result))], ["could-not-probe"]);
        // Whoever can ask at all says it; the others say why they can't.
        const able = ["a stranger", "django", "ingress", "monitoring", "postgres-operator", "postgresql"];
        const unheard = towards.filter(({ cause }) => cause?.includes("doesn't listen") === true);
        assert.deepEqual([...new Set(unheard.map(({ from }) => from))].sort(), able);
        assert.deepEqual(
          about(found, ({ to, from }) => to === "redis" && able.includes(from)),
          [
            "could-not-probe: jewelry-shop/redis doesn't listen on tcp/6379: it refuses itself",
            "could-not-probe: jewelry-shop/redis doesn't listen on tcp/9121: it refuses itself",
          ],
        );
      });

      it("a pod without tools: not blocked, and which option helps", () => {
        assert.deepEqual(
          about(found, ({ from, to }) => from === "nginx" && to === "django"),
          [
            "could-not-probe: jewelry-shop/nginx has no shell, python3 or node; give an image that has them with --image",
          ],
        );
      });

      it("an exec that fails: not blocked, in the API server's words", () => {
        const causes = about(found, ({ from, to }) => from === "celery-worker" && to === "postgresql");
        assert.equal(causes.length, 1);
        assert.match(
          causes[0] ?? "",
          /^could-not-probe: exec in jewelry-shop\/celery-worker fails: .*no exec found/,
        );
      });

      it("a workload of which nothing runs", () => {
        assert.deepEqual(
          about(found, ({ from, to }) => from === "pgbouncer" && to === "postgresql"),
          ["could-not-probe: no pod of pgbouncer runs in namespace jewelry-shop"],
        );
      });
    });

    describe("then changed by hand", () => {
      it("drift by hand: a changed policy, a missing one, one that admits more", async () => {
        const policy = (name: string, spec: object): KubeObject => ({
          ...{
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name, namespace: shop },
          },
          spec,
        });
        await cluster.kube.merge(policy("isolation", { policyTypes: ["Ingress"] }));
        const gone = await livePolicy(cluster.kube, "redis-egress");
        await cluster.kube.remove(gone);
        const admitted = [{ from: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }];
        await cluster.kube.apply(
          policy("temporary", { podSelector: {}, policyTypes: ["Ingress"], ingress: admitted }),
        );
        const { code, stdout } = await command.palisade("drift", []);
        assert.equal(code, 1);
        assert.match(
          stdout,
          /NetworkPolicy jewelry-shop\/isolation: spec\.policyTypes is \["Ingress"\], planned \["Egress","Ingress"\]/,
        );
        assert.ok(stdout.includes(`NetworkPolicy jewelry-shop/${gone.metadata.name}: is missing`), stdout);
        assert.match(
          stdout,
          /NetworkPolicy jewelry-shop\/temporary: isn't in the plan, and admits more: .*TCP 5432/,
        );
        const report = reportOf(await verify());
        const stale = questionsOf(report).find(
          ({ from, to, kind }) => from === "a stranger" && to === "postgresql" && kind === "denial",
        );
        assert.match(stale?.diagnosis ?? "", /The live policies aren't the planned ones: .*isolation/);
      });
    });
  });
});
