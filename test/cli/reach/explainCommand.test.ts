// Longer than most: every kind of answer of the command.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import * as explain from "../../../cli/explain";
import * as reach from "../../../cli/reach";
import { yamlOf } from "../../../reachability/answer/explain/text";
import { captured } from "../../captured";

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const pod = (name: string, labels: Record<string, string> = {}, more: object = {}, at = "a") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: at, labels },
  ...more,
});
const deny = (podSelector: object = {}, types = ["Ingress"], at = "a") => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "deny", namespace: at },
  spec: { podSelector, policyTypes: types },
});
const service = (name: string, selector: object, port: number, targetPort: number, at = "a") => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: at },
  spec: { selector, ports: [{ port, targetPort }] },
});
const opensTo = (cidr: string) => [{ from: [{ ipBlock: { cidr } }], ports: [{ protocol: "TCP", port: 80 }] }];

describe("palisade explain", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-explain-"))));
  after(() => rmSync(folder, { recursive: true }));

  const file = (objects: readonly object[]): string => {
    const path = join(folder, "world.json");
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: "v1", kind: "List", items: [namespace("a"), ...objects] }),
    );
    return path;
  };
  const ask = (from: string, to: string, port: string, objects: readonly object[]) =>
    captured(() => explain.run(from, to, port, [file(objects)], {}));
  /** The YAML that is proposed, each as its text says where. */
  const proposed = async (from: string, to: string, objects: readonly object[]) => {
    const { code, stdout } = await ask(from, to, "80", objects);
    assert.equal(code, 0);
    const [, ...parts] = stdout.split(/^To allow it, add to (.*):\n/m);
    return Object.fromEntries(
      parts.flatMap((where, i) =>
        i % 2 === 0 ? [[where, load(parts[i + 1]?.replaceAll(/^\S.*$/gm, "") ?? "")] as const] : [],
      ),
    );
  };

  const web = pod("web", { app: "web" });
  const other = pod("other", { app: "other" });

  it("proposes the address that is asked about, and answers about it", async () => {
    const world = [web, deny({ matchLabels: { app: "web" } })];
    const { stdout } = await ask("203.0.113.7", "web", "80", world);
    assert.match(stdout, /^203\.0\.113\.7 doesn't reach a\/web\[Pod\] on TCP 80\.$/m);
    for (const [text, cidr] of [
      ["203.0.113.7", "203.0.113.7/32"],
      ["2001:db8::1", "2001:db8::1/128"],
      ["198.51.100.0/24", "198.51.100.0/24"],
    ] as const) {
      const place = "spec.ingress of NetworkPolicy a/deny";
      assert.deepEqual(await proposed(text, "web", world), { [place]: opensTo(cidr) });
    }
  });

  it("answers once for all addresses that nothing tells apart", async () => {
    const open = {
      ...deny({ matchLabels: { app: "web" } }),
      spec: {
        podSelector: {},
        ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }],
      },
    };
    const { stdout } = await ask("0.0.0.0/0", "web", "80", [web, open]);
    assert.deepEqual(stdout.match(/^.* on TCP 80\.$/gm), [
      "0.0.0.0/0 except 10.0.0.0/8 reaches a/web[Pod] on TCP 80.",
      "10.0.0.0/8 doesn't reach a/web[Pod] on TCP 80.",
    ]);
  });

  it("names a workload by the labels that all of its pods share and that no controller set", async () => {
    const owner = { apiVersion: "apps/v1", kind: "StatefulSet", name: "db", controller: true };
    const replica = (i: number) => {
      const one = pod(`db-${i}`, { app: "db", "statefulset.kubernetes.io/pod-name": `db-${i}` });
      return { ...one, metadata: { ...one.metadata, ownerReferences: [owner] } };
    };
    const set = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db", namespace: "a" },
      spec: { template: { metadata: { labels: { app: "db" } }, spec: { containers: [] } } },
    };
    const changes = await proposed("web", "db", [web, set, replica(0), replica(1), deny()]);
    const [policy] = Object.values(changes) as { spec: { podSelector: unknown } }[];
    assert.deepEqual(policy?.spec.podSelector, { matchLabels: { app: "db" } });
    const onlyOwn = pod("x-1", { "pod-template-hash": "1" });
    const { stdout } = await ask("web", "x-1", "80", [web, onlyOwn, other, deny()]);
    assert.match(
      stdout,
      /^No rule that could be added allows its ingress: no selector can name a\/x-1\[Pod\]/m,
    );
  });

  it("names a node, and a pod in its network, by the node's address, or says that it isn't known", async () => {
    const host = (name: string, node: string, ip?: string) =>
      pod(
        name,
        { app: name },
        {
          spec: { hostNetwork: true, nodeName: node },
          ...(ip === undefined ? {} : { status: { podIP: ip } }),
        },
      );
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n2" },
      status: { addresses: [{ type: "InternalIP", address: "192.168.0.2" }] },
    };
    const placed = pod("web", { app: "web" }, { spec: { nodeName: "n1" } });
    const world = [
      placed,
      host("known", "n2"),
      node,
      host("hidden", "n3"),
      deny({ matchLabels: { app: "web" } }),
    ];
    for (const from of ["known", "n2[Node]"]) {
      const place = "spec.ingress of NetworkPolicy a/deny";
      assert.deepEqual(await proposed(from, "web", world), { [place]: opensTo("192.168.0.2/32") });
    }
    const { stdout } = await ask("hidden", "web", "80", world);
    assert.match(
      stdout,
      /^No rule that could be added allows its ingress: a\/hidden\[Pod\] .* which isn't known\.$/m,
    );
  });

  it("isolates no pod anew: a policy of its own selects within the one that isolates", async () => {
    const world = [
      web,
      pod("canary", { app: "web", canary: "y" }),
      pod("client", { app: "client" }),
      deny({ matchExpressions: [{ key: "canary", operator: "DoesNotExist" }] }),
    ];
    const changes = await proposed("canary", "web", world);
    const [policy] = Object.values(changes) as { spec: { podSelector: unknown } }[];
    assert.deepEqual(policy?.spec.podSelector, {
      matchLabels: { app: "web" },
      matchExpressions: [{ key: "canary", operator: "DoesNotExist" }],
    });
  });

  it("adds no rule to a policy of the whole namespace, which pods to come share, and takes no policy's name", async () => {
    const taken = {
      ...deny({ matchLabels: { app: "none" } }),
      metadata: { name: "web-ingress", namespace: "a" },
    };
    const changes = await proposed("203.0.113.7", "web", [web, deny(), taken]);
    const [[where, policy] = []] = Object.entries(changes) as [string, { metadata: { name: string } }][];
    assert.equal(where, "namespace a");
    assert.equal(policy?.metadata.name, "web-ingress-2");
  });

  it("quotes what some reader of YAML takes for anything but a text", async () => {
    const world = [
      pod("web", { app: "w" }, {}, "123"),
      pod("web", { app: "c" }, {}, "b"),
      deny({}, ["Ingress"], "123"),
    ];
    const { stdout } = await ask("b/web", "123/web", "80", world);
    assert.match(stdout, /^ +namespace: "123"$/m);
    const labels = { on: "yes", "1e3": "010", null: "null", y: "~", app: "1_000", e: "", "x/true": "0x1" };
    const text = yamlOf({ podSelector: { matchLabels: labels }, values: [] });
    assert.deepEqual(load(text, { schema: CORE_SCHEMA }), {
      podSelector: { matchLabels: labels },
      values: [],
    });
    assert.match(text, /^ +"on": "yes"$/m);
    assert.match(text, /^ +"1e3": "010"$/m);
  });

  it("answers nothing about two ends outside", async () => {
    const { code, stdout, stderr } = await ask("1.1.1.1", "8.8.8.8", "53", [web]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(
      stderr,
      /^error: 1\.1\.1\.1 and 8\.8\.8\.8 are both addresses outside: neither end is of this cluster/m,
    );
  });

  it("says of a pod and itself that it always reaches itself, and of a workload that two replicas are meant", async () => {
    const self = await ask("web", "web", "80", [web, deny()]);
    assert.equal(self.stdout, "a/web[Pod] reaches itself: a pod always does, and no policy applies.\n");
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "api", namespace: "a" },
      spec: { template: { metadata: { labels: { app: "api" } }, spec: { containers: [] } } },
    };
    const replicas = await ask("api", "api", "80", [deployment, deny()]);
    assert.match(replicas.stdout, /^a\/api\[Deployment\] doesn't reach another replica of it on TCP 80\.$/m);
  });

  it("takes a name for a workload's, then a Service's, then a label's value, as reach does", async () => {
    const labelled = pod("db0", { app: "db" });
    const behind = pod("store", { role: "store" });
    const world = [web, labelled, behind, service("db", { role: "store" }, 5432, 15432)];
    const asService = await ask("web", "db", "5432", world);
    assert.deepEqual(asService.stdout.split("\n").slice(0, 2), [
      "Service a/db: TCP 5432 leads to a/store[Pod] on 15432.",
      "a/web[Pod] reaches a/store[Pod] on TCP 15432 by Service a/db.",
    ]);
    const filtered = await captured(() =>
      reach.run([file(world)], { format: "txt", from: "web", to: "db", port: "1" }),
    );
    assert.equal(filtered.stdout, "a/web[Pod] => a/store[Pod] : TCP 1\n");
    const byLabel = await ask("web", "db", "80", world.slice(0, 3));
    assert.match(byLabel.stdout, /^a\/web\[Pod\] reaches a\/db0\[Pod\] on TCP 80\.$/m);
    const byName = await ask("web", "db", "5432", [...world, pod("db")]);
    assert.deepEqual(byName.stdout.split("\n").slice(0, 2), [
      "db is a Service too, whose TCP 5432 leads elsewhere: svc/a/db asks about that.",
      "a/web[Pod] reaches a/db[Pod] on TCP 5432.",
    ]);
  });

  it("lists both where a name means two ends, or two Services, and where a Service is the source what is behind it", async () => {
    const twice = [web, pod("db"), pod("db", {}, {}, "b")];
    const ends = await ask("web", "db", "80", twice);
    assert.equal(ends.code, 2);
    assert.match(ends.stderr, /^error: db means 2 ends: a\/db\[Pod\], b\/db\[Pod\]\. Name one\.$/m);
    const services = [web, service("db", {}, 80, 80), service("db", {}, 80, 80, "b")];
    const two = await ask("web", "db", "80", services);
    assert.equal(two.code, 2);
    assert.match(two.stderr, /^error: db means 2 Services: a\/db, b\/db\. Name one\.$/m);
    const source = await ask("svc/db", "web", "80", [web, other, service("db", { app: "other" }, 80, 80)]);
    assert.equal(source.code, 2);
    assert.match(
      source.stderr,
      /is a Service, which opens no connections; name what is behind it: a\/other\[Pod\]$/m,
    );
  });

  it("says that an address asked about is a pod's", async () => {
    const placed = pod("placed", {}, { status: { podIP: "10.0.0.7" } });
    const { stdout } = await ask("10.0.0.7", "web", "80", [web, placed]);
    assert.match(
      stdout,
      /^10\.0\.0\.7 is a\/placed\[Pod\]\.\na\/placed\[Pod\] reaches a\/web\[Pod\] on TCP 80\.$/m,
    );
  });
});
