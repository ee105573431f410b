// Longer than most: what a real kustomize, helm and API server answer, in steps that build on each other.
import { strict as assert } from "node:assert";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { root } from "../engine/project";
import type { KubeObject } from "../kube/client";
import { inOrder } from "../machine/inOrder";
import { eventually, must, run, type Finished } from "../machine/process";
import { CHART, CLUSTER_OBJECTS, CUSTOM_POLICY, OVERLAYS, podsOf } from "../systems/repository";

/** What a file of a run's folder is called. */
const inFolder = (...steps: readonly string[]): string => join(bench().folder, "input-files", ...steps);

function written(name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    const path = inFolder(name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return inFolder(name);
}

/** A PATH with only some of the parts on it, and what the machine has. */
function pathWith(...tools: readonly string[]): string {
  const folder = inFolder(`path-${tools.join("-")}`);
  mkdirSync(folder, { recursive: true });
  for (const tool of tools) symlinkSync(join(bench().parts.path, tool), join(folder, tool));
  return `${folder}:/usr/bin:/bin`;
}

function palisade(
  args: readonly string[],
  { path = "/usr/bin:/bin", cwd, input }: { path?: string; cwd?: string; input?: string } = {},
): Promise<Finished> {
  return run(process.execPath, [join(root, "bin", "palisade.js"), ...args], {
    env: { PATH: path },
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
  });
}

const TXT = ["--format", "txt"];

describe("input: what kustomize and helm themselves make is what is answered", () => {
  it("an overlay and the root above it: as kustomize build prints it, by kustomize and by kubectl", async () => {
    const folder = written("overlays", OVERLAYS);
    const overlay = join(folder, "overlays", "prod");
    const [alone, within] = [pathWith("kustomize"), pathWith("kubectl")];
    const built = await must(join(bench().parts.path, "kustomize"), ["build", overlay]);
    const expected = await palisade(["reach", "-", ...TXT], { input: built });
    assert.match(expected.stdout, /^prod\/web\[Deployment\] => prod\/db\[StatefulSet\] : TCP 5432$/m);
    assert.doesNotMatch(expected.stdout, /default\//);
    for (const path of [alone, within]) {
      for (const place of [overlay, folder]) {
        const { code, stdout, stderr } = await palisade(["reach", place, ...TXT, "--strict"], { path });
        assert.deepEqual([code, stdout], [0, expected.stdout], stderr);
      }
    }
  });

  it("a chart with its values and a namespace: as helm template prints it", async () => {
    const folder = written("chart", CHART);
    const values = join(folder, "prod.yaml");
    const chart = join(folder, "charts", "api");
    const how = ["--namespace", "team", "--values", values];
    const printed = await must(join(bench().parts.path, "helm"), ["template", "api", chart, ...how]);
    const expected = await palisade(["reach", "-", ...TXT, "--namespace", "team"], { input: printed });
    assert.match(expected.stdout, /=> team\/api\[Deployment\] : TCP 9000$/m);
    const { code, stdout, stderr } = await palisade(["reach", chart, ...TXT, ...how, "--strict"], {
      path: pathWith("helm"),
    });
    assert.deepEqual([code, stdout], [0, expected.stdout], stderr);
  });

  it("a revision of an overlay is built as it was", async () => {
    const folder = written("revisions", OVERLAYS);
    const git = (...args: readonly string[]) =>
      must("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder });
    await git("init", "-q");
    await git("add", "-A");
    await git("commit", "-qm", "closed");
    written("revisions", { "base/deny.yaml": OVERLAYS["base/deny.yaml"]?.replace("5432", "5433") ?? "" });
    const path = pathWith("kustomize", "kubectl");
    const { code, stdout, stderr } = await palisade(
      ["diff", "git:HEAD", "overlays/prod", "--fail-on", "gained"],
      { path, cwd: folder },
    );
    assert.equal(code, 1, stderr);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      "+ prod/web[Deployment] => prod/db[StatefulSet] : TCP 5433",
      "- prod/web[Deployment] => prod/db[StatefulSet] : TCP 5432",
      `~ prod/web[Deployment] => prod/db[StatefulSet] : changed, TCP 5433 instead of TCP 5432 (${[
        "NetworkPolicy prod/db spec.ingress[0] lets it in",
        "NetworkPolicy prod/db spec.ingress[0] no longer lets it in",
      ].join("; ")})`,
    ]);
  });
});

describe("input: a running cluster is answered as its manifests are", () => {
  // Each step starts from what the one before has made.
  inOrder();
  let cluster: Cluster;
  let kubeconfig: string;
  /** The kubeconfig of an account that may do what the printed roles say, and nothing else. */
  let limitedFile: string;

  before("an API server with a system in it", async () => {
    cluster = await bench().startCluster({ name: "input", index: 9, serviceCidr: "10.49.0.0/16" }, "api");
    ({ kubeconfig } = cluster.controlPlane);
    for (const object of CLUSTER_OBJECTS) {
      const made = await cluster.kube.apply(object);
      for (const pod of podsOf(made)) await placed(pod);
    }
  });
  after(() => bench().stopCluster(cluster));

  async function placed({ status, ...pod }: KubeObject): Promise<void> {
    await cluster.kube.apply(pod);
    const path = `/api/v1/namespaces/${pod.metadata.namespace ?? ""}/pods/${pod.metadata.name}/status`;
    await cluster.kube.rest.call("PATCH", path, { status }, "application/merge-patch+json");
  }

  const live = (flags: readonly string[] = [], file = kubeconfig) =>
    palisade(["reach", "--context", "input", "--kubeconfig", file, ...TXT, ...flags]);

  it("reach by --context and by what kubectl exports: the same lines", async () => {
    const { code, stdout, stderr } = await live(["--fail-on", "unknown"]);
    assert.match(stdout, /^shop\/web\[Deployment\] => shop\/db\[StatefulSet\] : TCP 5432$/m);
    const kinds = "ns,no,po,deploy,rs,sts,svc,netpol";
    const exported = await must(join(bench().parts.path, "kubectl"), [
      ...["--kubeconfig", kubeconfig, "get", kinds, "-A", "-o", "yaml"],
    ]);
    const by = await palisade(["reach", "-", ...TXT, "--fail-on", "unknown"], { input: exported });
    assert.deepEqual([code, stdout], [by.code, by.stdout], stderr);
  });

  it("nobody's permissions: exit code 2 and a role; with that role alone, the administrator's answer", async () => {
    const account = { namespace: "shop", name: "reader" };
    await cluster.kube.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
    const { status } = (await cluster.kube.rest.call(
      "POST",
      "/api/v1/namespaces/shop/serviceaccounts/reader/token",
      { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
    )) as { status: { token: string } };
    const config = load(await must("cat", [kubeconfig])) as { users: unknown };
    config.users = [{ name: "input", user: { token: status.token } }];
    mkdirSync(inFolder("reader"), { recursive: true });
    const file = inFolder("reader", "kubeconfig");
    limitedFile = file;
    writeFileSync(file, JSON.stringify(config));
    chmodSync(file, 0o600);

    // The server's own roles are in force a moment after they are there.
    const refused = await eventually("an account may ask what is served", async () => {
      const answer = await live([], file);
      return answer.stderr.includes('"/apis"') ? undefined : answer;
    });
    assert.deepEqual([refused.code, refused.stdout], [2, ""]);
    const [first = "", ...role] = refused.stderr.trimEnd().split("\n");
    assert.match(first, /no permission to list namespaces, list pods, list networkpolicies/);
    const object = load(role.join("\n")) as KubeObject;
    await cluster.kube.apply(object);
    await cluster.kube.apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "reader" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: object.metadata.name },
      subjects: [{ kind: "ServiceAccount", ...account }],
    });
    const limited = await eventually("the role is in force", async () => {
      const answer = await live(["--strict"], file);
      return answer.code === 0 ? answer : undefined;
    });
    assert.equal(limited.stdout, (await live()).stdout);
  });

  it("explain, diff and check by the same account: the administrator's answers, check with the role that it prints", async () => {
    const as = (file: string) => ["--kubeconfig", file];
    const both = async (args: readonly string[]) => {
      const [limited, whole] = await Promise.all(
        [limitedFile, kubeconfig].map((file) => palisade([...args, ...as(file)])),
      );
      assert.deepEqual([limited?.code, limited?.stdout], [whole?.code, whole?.stdout], limited?.stderr);
      return limited;
    };
    const asked = ["explain", "shop/db", "shop/web", "8080", "--context", "input"];
    assert.match(
      (await both(asked))?.stdout ?? "",
      /^shop\/db\[StatefulSet\] reaches shop\/web\[Deployment\]/,
    );
    const denied = ["explain", "shop/web", "shop/db", "5433", "--context", "input"];
    assert.match(
      (await both(denied))?.stdout ?? "",
      /doesn't reach .*\n[^]*NetworkPolicy shop\/db \(context input\)/,
    );
    const folder = written("live", {
      "shop.yaml": JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: CLUSTER_OBJECTS.filter(({ kind }) => kind !== "NetworkPolicy"),
      }),
    });
    const compared = await both(["diff", "context:input", folder, "--fail-on", "gained"]);
    assert.equal(compared?.code, 1, "the policy that the manifests lack closes something");

    const check = (file: string) =>
      palisade(["check", "--context", "input", "--strict", "--format", "json", ...as(file)]);
    const more = await palisade(["check", "--context", "input", ...as(limitedFile)]);
    const role = /^apiVersion: [^]*?verbs: \[list\]\n(?! )/m.exec(more.stderr)?.[0] ?? "";
    await cluster.kube.apply(load(role) as KubeObject);
    const judged = await eventually("the role for check is in force", async () => {
      const answer = await check(limitedFile);
      return answer.code === 2 ? undefined : answer;
    });
    const whole = await check(kubeconfig);
    assert.deepEqual([judged.code, judged.stdout], [whole.code, whole.stdout], judged.stderr);
    assert.match(judged.stdout, /every-workload-isolated/);
  });

  it("a kind of policies that may not be listed makes what it may change unknown", async () => {
    const file = limitedFile;
    await cluster.kube.apply(CUSTOM_POLICY.definition);
    await eventually("the definition is served", () => cluster.kube.apply(CUSTOM_POLICY.object));
    const unseen = await live(["--fail-on", "unknown"], file);
    assert.equal(unseen.code, 3);
    assert.match(unseen.stderr, /ciliumnetworkpolicies\.cilium\.io/);
    assert.match(unseen.stdout, /^shop\/web\[Deployment\] => shop\/db\[StatefulSet\] : .*\(unknown\)$/m);
    const seen = await live(["--fail-on", "unknown", "--to", "shop/web"]);
    assert.equal(seen.code, 3, "the policy is about web");
    assert.equal((await live(["--fail-on", "unknown", "--from", "shop/web", "--to", "shop/db"])).code, 0);
  });

  it("lists in pages, as the real server makes them", async () => {
    const names = Array.from({ length: 501 }, (_, i) => `c${i}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(
        names.slice(at, at + 50).map((name) =>
          cluster.kube.apply({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name, namespace: "shop" },
          }),
        ),
      );
    }
    const found = await cluster.kube.list("v1", "ConfigMap", "shop");
    const listed = new Set(found.map(({ metadata }) => metadata.name));
    assert.deepEqual(
      names.filter((name) => !listed.has(name)),
      [],
    );
    assert.equal(listed.size, found.length);
  });
});
