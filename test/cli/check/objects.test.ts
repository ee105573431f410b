import { strict as assert } from "node:assert";
import { checkedObjects } from "../../../cli/check/objects";
import { parseFiles } from "../../../cli/manifests/input";
import { inNamespace } from "../../../cli/manifests/namespace";
import { INVARIANTS } from "../../../policypack/invariants";
import { check, COMPLIANT, CONFIG_MAP, NARROW, OPEN, places, PROTECTED } from "./support";

const manifests = (text: string) => parseFiles([{ name: "a.yaml", bytes: Buffer.from(text) }], true).parsed;
const named = (text: string) =>
  checkedObjects(manifests(text)).objects.map(({ kind, name, at }) => `${kind} ${name} ${at.path.join(".")}`);

const item = (kind: string, name: string) => ({ kind, metadata: { name, namespace: "shop" }, spec: {} });

describe("palisade check: the objects of manifests", () => {
  it("are what the policies judge, of every kind and spelling that they read", () => {
    const kinds = [
      ["v1", "Pod"],
      ["v1", "ReplicationController"],
      ["v1", "Service"],
      ["apps/v1", "Deployment"],
      ["apps/v1", "StatefulSet"],
      ["apps/v1", "DaemonSet"],
      ["apps/v1", "ReplicaSet"],
      ["batch/v1", "Job"],
      ["batch/v1", "CronJob"],
      ["networking.k8s.io/v1", "NetworkPolicy"],
      ["vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"],
    ];
    for (const [apiVersion, kind = ""] of kinds) {
      const object = JSON.stringify({ apiVersion, ...item(kind, "x") });
      assert.deepEqual(named(object), [`${kind} shop/x `], kind);
    }
    assert.deepEqual(named('{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}'), [
      "Namespace x ",
    ]);
  });

  it("are taken out of Lists, also of lists of one kind and of lists of lists", () => {
    const list = (kind: string, items: readonly object[]) => ({ apiVersion: "apps/v1", kind, items });
    const { kind, ...bare } = item("Deployment", "b");
    const text = JSON.stringify(
      list("List", [{ apiVersion: "apps/v1", ...item("Deployment", "a") }, list("DeploymentList", [bare])]),
    );
    assert.equal(kind, "Deployment");
    assert.deepEqual(named(text), ["Deployment shop/a items.0", "Deployment shop/b items.1.items.0"]);
  });

  it("leave out and count what no policy judges: other kinds, Pulumi's patches, what isn't an object; other policies are counted apart", () => {
    const { objects, skipped, unjudged, judged } = checkedObjects(
      manifests(
        [
          CONFIG_MAP,
          CONFIG_MAP,
          "apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\nmetadata: { name: x }\n",
          "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyPatch\nmetadata: { name: x }\n",
          "replicas: 3\n",
        ].join("---\n"),
      ),
    );
    assert.deepEqual(
      [judged, objects.map(({ kind, name }) => `${kind} ${name}`)],
      [0, ["NetworkPolicy default/x"]],
    );
    assert.deepEqual([...unjudged], [["crd.projectcalico.org NetworkPolicy", 1]]);
    assert.deepEqual(
      [...skipped],
      [
        ["ConfigMap", 2],
        ["NetworkPolicyPatch", 1],
        ["no Kubernetes object", 1],
      ],
    );
  });

  it("go where they say, to `default`, or where --namespace says", () => {
    const text = [
      "{ apiVersion: v1, kind: Pod, metadata: { name: a } }\n",
      "{ apiVersion: v1, kind: Pod, metadata: { name: b, namespace: own } }\n",
      "{ apiVersion: v1, kind: Namespace, metadata: { name: c } }\n",
    ].join("---\n");
    assert.deepEqual(named(text), ["Pod default/a ", "Pod own/b ", "Namespace c "]);
    const moved = checkedObjects(inNamespace(manifests(`---\n${text}`), "team"));
    assert.deepEqual(
      moved.objects.map(({ name }) => name),
      ["team/a", "own/b", "c"],
    );
  });

  it("have resources of their own, also where two have one name", () => {
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: { generateName: job- }\n";
    const urns = checkedObjects(manifests(`${pod}---\n${pod}`)).objects.map(({ resource }) => resource.urn);
    assert.equal(new Set(urns).size, 2);
  });
});

describe("palisade check: judging", () => {
  it("is silent on a compliant namespace", () => {
    const report = check({ "shop.yaml": COMPLIANT });
    assert.deepEqual([report.verdict, places(report), report.checked.objects.length], ["clean", [], 2]);
  });

  it("runs every invariant of the pack", () => {
    const { policies } = check({ "shop.yaml": COMPLIANT });
    const names = new Set(policies.map(({ name }) => name));
    assert.deepEqual(
      INVARIANTS.filter(({ name }) => !names.has(name)),
      [],
    );
  });

  it("judges all files as one world: default deny in one covers the workloads in another", () => {
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop, labels: { app: a } }\n";
    assert.deepEqual(places(check({ "a.yaml": pod })), ["namespace-default-deny a.yaml:1"]);
    assert.deepEqual(places(check({ "a.yaml": pod, "shop.yaml": COMPLIANT })), []);
  });

  it("points at the field that the evidence names, in any document, List or JSON", () => {
    const policy = "network-policy-no-everyone-ingress";
    assert.deepEqual(places(check({ "shop.yaml": COMPLIANT, "web.yaml": OPEN })), [`${policy} web.yaml:15`]);
    const lines = COMPLIANT.split("\n").length;
    const both = `${COMPLIANT}---\n${OPEN}`;
    assert.deepEqual(places(check({ "all.yaml": both })), [`${policy} all.yaml:${lines + 15}`]);
    const list = `apiVersion: v1\nkind: List\nitems:\n  - ${OPEN.trimEnd().replaceAll("\n", "\n    ")}\n`;
    assert.deepEqual(places(check({ "shop.yaml": COMPLIANT, "list.yaml": list })), [
      `${policy} list.yaml:18`,
    ]);
    const json = `{\n"apiVersion": "v1",\n"kind": "Pod",\n"metadata": {"name": "a", "namespace": "shop"},\n"spec": {\n"hostNetwork":\ntrue}}`;
    assert.deepEqual(places(check({ "shop.yaml": COMPLIANT, "pod.json": json })), [
      "workload-no-host-network pod.json:7",
    ]);
  });

  it("points at the object where the field isn't there", () => {
    const bare = COMPLIANT.replace("    palisade.dev/owner: team-shop\n", "");
    assert.deepEqual(places(check({ "a.yaml": bare })), ["namespace-labels a.yaml:6"]);
  });

  it("names the file in the message, and says what can't be decided as undecided", () => {
    const [finding] = check({ "web.yaml": `${COMPLIANT}---\n${OPEN}` }).findings;
    assert.match(finding?.message ?? "", /^NetworkPolicy shop\/web \(web\.yaml\) opens ingress to everyone/);
    const report = check({ "web.yaml": `${COMPLIANT}---\n${NARROW}` }, PROTECTED);
    assert.equal(report.verdict, "undecided");
    assert.ok(report.findings.every(({ undecided, level }) => undecided && level === "advisory"));
  });
});
