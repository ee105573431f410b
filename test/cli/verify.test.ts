// Longer than most: the command against one fake cluster, which all tests share.
import { atCluster, type Problem } from "../../problems";
import { strict as assert } from "node:assert";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DriftFlags, run as drift } from "../../cli/drift";
import { renderedObjects, run as render } from "../../cli/gitops";
import { run as verify, type VerifyFlags } from "../../cli/verify";
import { json } from "../../cli/verify/json";
import { junit } from "../../cli/verify/junit";
import { plannedObjects, type ObjectsByCluster } from "../../cli/verify/planned";
import type { ClusterReport } from "../../verify";
import {
  FakeApiServer,
  kubeconfigFor,
  type Answer,
  type AskedExec,
  type ExecAnswer,
} from "../kube/fakeApiServer";
import { captured } from "../captured";
import { devCluster, pod, podsOfAll, surroundings } from "../verify/lab";
import { twoSystems, twoSystemsAndAChart } from "../twoSystems";
import type { LivePod } from "../../verify/pods";
import { type Analysis, analyze, ask } from "../../reachability/compute/analysis";
import { readWorld } from "../../reachability/read/readWorld";
import { AddressSet } from "../../net/addressSet";

/** What a cluster has, and what its API server does. Enforces what its policies say, as the analyzer computes it. */
class FakeCluster {
  readonly objects: Record<string, object[]> = {};
  allowed = true;
  enforces = true;
  exec: ((asked: AskedExec) => ExecAnswer | undefined) | undefined;
  patch: ((path: string, body: unknown) => Answer) | undefined;

  #analysis: Analysis | undefined;

  constructor(
    readonly pods: readonly LivePod[],
    planned: readonly object[],
  ) {
    const of = (kind: string) => planned.filter((each) => (each as { kind: string }).kind === kind);
    const namespaces = [...new Set(pods.map(({ namespace }) => namespace))];
    const named = new Set(
      of("Namespace").map((each) => (each as { metadata: { name: string } }).metadata.name),
    );
    this.objects = {
      namespaces: [
        ...of("Namespace"),
        ...namespaces.filter((name) => !named.has(name)).map((name) => ({ metadata: { name } })),
      ],
      networkpolicies: of("NetworkPolicy"),
      pods: pods.map(({ namespace, name, uid, labels, addresses, node }) => ({
        metadata: { namespace, name, uid, labels },
        spec: { nodeName: node, containers: [{ name: "main" }] },
        status: { phase: "Running", podIPs: addresses.map((ip) => ({ ip })) },
      })),
      nodes: [{ metadata: { name: "a" }, status: { nodeInfo: { kubeletVersion: "v1.34.1+k3s1" } } }],
      endpointslices: [
        {
          metadata: {
            name: "kubernetes",
            namespace: "default",
            labels: { "kubernetes.io/service-name": "kubernetes" },
          },
          ...{ endpoints: [{ addresses: ["172.18.0.2"] }], ports: [{ port: 6443 }] },
        },
      ],
      services: [
        { metadata: { name: "kubernetes", namespace: "default" }, spec: { clusterIP: "10.43.0.1" } },
        { metadata: { name: "kube-dns", namespace: "kube-system" }, spec: { clusterIP: "10.43.0.10" } },
      ],
    };
  }

  answer(method: string, url: string, body?: unknown): Answer | undefined {
    const [path = ""] = url.split("?");
    if (method === "POST") return { status: 201, body: { status: { allowed: this.allowed } } };
    if (method === "PATCH") return this.patch?.(path, body);
    const kinds = {
      "/api/v1": "Namespace Pod Node Service",
      "/apis/apps/v1": "DaemonSet",
      "/apis/discovery.k8s.io/v1": "EndpointSlice",
      "/apis/networking.k8s.io/v1": "NetworkPolicy",
    };
    const found = Object.entries(kinds).find(([group]) => group === path);
    if (found !== undefined) {
      const resources = found[1].split(" ").map((kind) => {
        const plural = kind === "NetworkPolicy" ? "networkpolicies" : `${kind.toLowerCase()}s`;
        return { name: plural, kind, namespaced: kind !== "Namespace" && kind !== "Node" };
      });
      return { body: { resources } };
    }
    const [, name = ""] = /\/([a-z]+)$/.exec(path) ?? [];
    if (name in this.objects) return { body: { items: this.objects[name] } };
    return name === "daemonsets" ? { body: { items: [] } } : undefined;
  }

  /** Has the policies enforced that are there now. */
  settle(): void {
    this.#analysis = undefined;
  }

  #analyzed(): Analysis {
    const kinded = { namespaces: "Namespace", pods: "Pod", networkpolicies: "NetworkPolicy" };
    const objects = Object.entries(kinded).flatMap(([list, kind]) =>
      (this.objects[list] ?? []).map((each) => ({
        ...each,
        kind,
        apiVersion: kind === "NetworkPolicy" ? "networking.k8s.io/v1" : "v1",
      })),
    );
    return analyze(
      readWorld(objects.map((value, document) => ({ value, source: { file: "live", document }, path: [] })))
        .world,
    );
  }

  /** What a batch in a pod prints: what its policies let through; every declared port is listened on. */
  batch(asked: AskedExec): ExecAnswer {
    const special = this.exec?.(asked);
    if (special !== undefined) return special;
    if (asked.command[0] !== "sh")
      return { failure: `exec: "${asked.command[0] ?? ""}": executable file not found in $PATH` };
    const analysis = (this.#analysis ??= this.#analyzed());
    const end = (matches: (each: (typeof analysis.ends)[number]) => boolean) => analysis.ends.find(matches);
    const from = end(
      (each) => each.kind === "Pod" && each.namespace === asked.namespace && each.name === asked.pod,
    );
    const words = asked.command.slice(5);
    const lines = ["palisade tool nc"];
    for (let i = 0; i + 3 < words.length; i += 4) {
      const [id = "", protocol = "", host = "", port = ""] = words.slice(i, i + 4);
      const target = this.pods.find(({ addresses }) => addresses.includes(host));
      const to = target
        ? end(
            (each) => each.kind === "Pod" && each.namespace === target.namespace && each.name === target.name,
          )
        : end((each) => each.kind === "IPBlock" && AddressSet.of(each.name).containsAddress(host));
      assert.ok(from && to, host);
      const open = !this.enforces || ask(analysis, from, to, protocol as "TCP", Number(port)) === "allowed";
      lines.push(`palisade ${id} ${open ? "connected" : "refused"} `);
    }
    return { stdout: `${lines.join("\n")}\npalisade end\n` };
  }
}

describe("palisade verify and drift: the commands", function () {
  this.timeout(60_000);
  let planned: ObjectsByCluster;
  let server: FakeApiServer | undefined;
  let cluster: FakeCluster;

  before(async () => (planned = (await plannedObjects("dev", twoSystems())).objects));
  afterEach(() => server?.stop());

  /** A cluster as planned, with all pods of the shop and its neighbours. */
  async function asPlanned(change: (pods: LivePod[]) => LivePod[] = (pods) => pods): Promise<void> {
    const given = await devCluster("k3d-dev");
    const { pods } = surroundings(given, podsOfAll(given.placed));
    cluster = new FakeCluster(
      change([...pods, pod("jewelry-shop", "unlabelled", {})]),
      structuredClone(planned.get("k3d-dev") ?? []),
    );
  }

  async function command(
    run: (flags: VerifyFlags & DriftFlags) => Promise<number>,
    flags: Partial<VerifyFlags & DriftFlags> = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    server?.stop();
    server = new FakeApiServer(
      (method, path, body) => cluster.answer(method, path, body),
      (asked) => cluster.batch(asked),
    );
    cluster.settle();
    const kubeconfig = join(mkdtempSync(join(tmpdir(), "palisade-verify-")), "config");
    writeFileSync(kubeconfig, kubeconfigFor(await server.start()));
    const address = ["internet=93.184.215.14"];
    return captured(() =>
      run({ stack: "dev", cwd: twoSystems(), cluster: "k3d-dev", kubeconfig, address, ...flags }),
    );
  }

  it("exits 0 where everything is as declared; says what is proven; progress on stderr", async () => {
    await asPlanned();
    const { code, stdout, stderr } = await command(verify);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /every denial that could be probed holds/);
    assert.match(stdout, /7 of 7 of the owner's scenarios as expected/);
    assert.match(stdout, /\nVERIFIED {2}\d+ as expected, 0 different, 0 could not be probed\n$/);
    assert.match(stderr, /k3d-dev: probed from 1 of \d+ pods/);
  });

  it("exits 1 for a difference and says what is behind it: a stale policy, or nothing that enforces", async () => {
    await asPlanned();
    const isolation = cluster.objects["networkpolicies"]?.find(
      (each) => (each as { metadata: { name: string } }).metadata.name === "isolation",
    );
    assert.ok(isolation);
    Object.assign(isolation, {
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    });
    const stale = await command(verify);
    assert.equal(stale.code, 1);
    assert.match(
      stale.stdout,
      /DIFFERENT a stranger → postgresql tcp\/5432: allowed, expected blocked .*The live policies aren't the planned ones: NetworkPolicy jewelry-shop\/isolation: spec\.egress/,
    );
    await asPlanned();
    cluster.enforces = false;
    const nothing = await command(verify);
    assert.equal(nothing.code, 1);
    assert.match(
      nothing.stdout,
      /This cluster doesn't enforce NetworkPolicies: every denial that could be probed connects/,
    );
    assert.match(nothing.stdout, /The live policies forbid it, so the cluster doesn't enforce them/);
  });

  it("exits 3 where something couldn't be probed, and never calls it blocked", async () => {
    await asPlanned();
    cluster.exec = ({ pod: name, command: [first = ""] }) =>
      name.startsWith("nginx")
        ? { failure: `exec: "${first}": executable file not found in $PATH` }
        : undefined;
    const { code, stdout } = await command(verify);
    assert.equal(code, 3);
    assert.match(
      stdout,
      /COULD NOT PROBE nginx → django tcp\/8000.*: jewelry-shop\/nginx-a has no shell, python3 or node; give an image that has them with --image/,
    );
    assert.match(stdout, /\nUNDECIDED /);
  });

  it("probes from an ephemeral container where the image has no tools and --image is given", async () => {
    await asPlanned();
    const added = new Map<string, string>();
    cluster.exec = ({ pod: name, container }) =>
      name.startsWith("nginx") && container === "main"
        ? { failure: 'exec: "sh": executable file not found in $PATH' }
        : undefined;
    cluster.patch = (path, body) => {
      const { spec } = body as { spec: { ephemeralContainers: { name: string }[] } };
      added.set(path.replace("/ephemeralcontainers", ""), spec.ephemeralContainers[0]?.name ?? "");
      return { body: {} };
    };
    const answer = cluster.answer.bind(cluster);
    cluster.answer = (method, url, body) => {
      const name = added.get(url);
      if (method !== "GET" || name === undefined) return answer(method, url, body);
      return { body: { status: { ephemeralContainerStatuses: [{ name, state: { running: {} } }] } } };
    };
    const { code, stdout } = await command(verify, { image: "registry.example/tools:1" });
    assert.equal(code, 0, stdout);
    assert.equal(added.size, 2, "one in each nginx pod");
    const sent = JSON.stringify(
      server?.bodies.find((body) => JSON.stringify(body ?? "").includes("ephemeralContainers")),
    );
    assert.match(sent, /"image":"registry\.example\/tools:1".*"runAsNonRoot":true.*"drop":\["ALL"\]/);
  });

  it("with a part of the plan left out: names it, compares the rest, and is undecided at best", async function () {
    this.timeout(300_000);
    await asPlanned();
    const cwd = twoSystemsAndAChart();
    const PART = "kubernetes:helm.sh/v4:Chart ingress";
    const { code, stdout } = await command(verify, { cwd });
    assert.equal(code, 3);
    assert.ok(
      stdout.includes(
        `NOT COMPARED parts of the plan couldn't be run here, and what they would make is unknown: ${PART}\n`,
      ),
      stdout,
    );
    assert.match(stdout, /The planned policies exist, as planned, as far as the plan is known\./);
    assert.match(
      stdout,
      /\nUNDECIDED {2}\d+ as expected, 0 different, 0 .*, 1 part of the plan not compared\n$/,
    );

    const clean = await command(drift, { cwd });
    assert.equal(clean.code, 3);
    assert.match(clean.stdout, /\nnot compared: parts of the plan .*\nUNDECIDED /);
    const policies = cluster.objects["networkpolicies"] ?? [];
    policies.push({
      metadata: { name: "perhaps-the-charts", namespace: "jewelry-shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
    });
    assert.equal((await command(drift, { cwd })).code, 3, "what the plan doesn't have may be the part's");
    policies.shift();
    const missing = await command(drift, { cwd, json: true });
    const document = JSON.parse(missing.stdout) as {
      verdict: string;
      leftOut: string[];
      clusters: { drift: { kind: string; finding: boolean }[] }[];
    };
    assert.deepEqual([missing.code, document.verdict, document.leftOut], [1, "drift", [PART]]);
    assert.deepEqual(
      document.clusters[0]?.drift.map(({ kind, finding }) => [kind, finding]),
      [
        ["missing", true],
        ["unexpected", false],
      ],
    );
  });

  it("JSON has the parts that were left out, and JUnit a skipped case for each", () => {
    const report: ClusterReport = {
      cluster: "lab",
      context: "lab",
      checks: [],
      answers: [],
      drift: [],
      enforcement: "",
      notes: [],
      probes: 0,
      leftOut: ["chart"],
    };
    const document = JSON.parse(json([report])) as { verdict: string; clusters: { leftOut: string[] }[] };
    assert.deepEqual([document.verdict, document.clusters[0]?.leftOut], ["undecided", ["chart"]]);
    assert.match(junit([report]), /skipped="1">\s*<testcase classname="plan" name="chart">\s*<skipped /);
  });

  it("an image that can't be pulled is a cause, not a verdict", async () => {
    await asPlanned();
    cluster.exec = ({ pod: name }) =>
      name.startsWith("nginx") ? { failure: 'exec: "sh": executable file not found in $PATH' } : undefined;
    cluster.patch = () => ({ status: 403, body: { message: "ephemeral containers are forbidden" } });
    const { code, stdout } = await command(verify, { image: "x" });
    assert.equal(code, 3);
    assert.match(
      stdout,
      /an ephemeral container of x in jewelry-shop\/nginx-a: ephemeral containers are forbidden/,
    );
  });

  it("prints one JSON document, or JUnit with failures and errors apart", async () => {
    await asPlanned();
    cluster.exec = ({ pod: name }) =>
      name.startsWith("redis") ? { refuse: { status: 403, message: "forbidden" } } : undefined;
    const asJson = await command(verify, { json: true });
    const document = JSON.parse(asJson.stdout) as {
      verdict: string;
      counts: Record<string, number>;
      clusters: { questions: object[] }[];
    };
    assert.equal(document.verdict, "undecided");
    assert.equal(document.counts["different"], 0);
    assert.ok((document.clusters[0]?.questions.length ?? 0) > 100);
    assert.match(asJson.stderr, /kind: ClusterRole/, "the role that is missing");
    const asJunit = await command(verify, { format: "junit" });
    assert.equal(asJunit.code, 3);
    assert.match(asJunit.stdout, /^<\?xml/);
    assert.match(asJunit.stdout, /failures="0" errors="\d+"/);
    assert.match(asJunit.stdout, /<error message="could not probe: no permission to exec in jewelry-shop/);
  });

  it("bad input exits 2: no permission (with the role), nothing deployed, names that aren't there", async () => {
    await asPlanned();
    cluster.allowed = false;
    const refused = await command(verify);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /no permission to list namespaces, .*pods\/exec in jewelry-shop/);
    assert.match(refused.stderr, /resources: \[pods\/exec\]/);
    await asPlanned((pods) => pods.filter(({ namespace }) => namespace !== "jewelry-shop"));
    const empty = await command(verify);
    assert.deepEqual([empty.code, empty.stdout], [2, ""]);
    assert.match(empty.stderr, /no pod runs in jewelry-shop/);
    assert.match(
      (await command(verify, { cluster: "qa" })).stderr,
      /--cluster qa: stack dev has k3d-dev, eks-dev/,
    );
    assert.match(
      (await command(verify, { application: "bank" })).stderr,
      /--application bank: what runs there is jewelry-shop/,
    );
    assert.match(
      (await command(verify, { context: "else" })).stderr,
      /no context else; there are: k3d-jewelry-dev/,
    );
    assert.match(
      (await command(verify, { address: ["database"] })).stderr,
      /--address: "database" isn't NAME=HOST\. Write it so/,
    );
  });

  it("with --json bad input is a document too, and the permissions that the plan needs are asked for", async () => {
    await asPlanned();
    cluster.allowed = false;
    for (const run of [verify, drift]) {
      const { code, stdout } = await command(run, { json: true });
      const document = JSON.parse(stdout) as {
        verdict: string;
        error: { kind: string; problems: Problem[] };
      };
      assert.deepEqual([code, document.verdict, document.error.kind], [2, "error", "input"]);
      const [problem] = document.error.problems;
      assert.deepEqual(problem?.place, atCluster("k3d-dev"));
      assert.match(problem.message, /^no permission to list namespaces/);
      assert.match(problem.remedy ?? "", /^Bind this role .*\napiVersion: rbac/);
    }
    const eks = await command(drift, { cluster: "eks-dev", context: "k3d-jewelry-dev" });
    assert.match(eks.stderr, /eks-dev: no permission to .*list serviceaccounts in fineract-dev/);
  });

  it("says what of the config is wrong before it probes", async () => {
    await asPlanned();
    Object.assign(cluster.objects["endpointslices"]?.[0] ?? {}, {
      endpoints: [{ addresses: ["192.0.2.9"] }],
    });
    const { stderr } = await command(verify);
    const [wrong, first] = [stderr.indexOf("192.0.2.9"), stderr.indexOf("probed from")];
    assert.ok(wrong >= 0 && wrong < first, stderr);
  });

  it("drift: 0 as planned, 1 with what is missing, changed and additional", async () => {
    await asPlanned();
    const clean = await command(drift);
    assert.equal(clean.code, 0, clean.stdout);
    const policies = cluster.objects["networkpolicies"] ?? [];
    policies.shift();
    policies.push({
      metadata: { name: "temporary", namespace: "jewelry-shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
    });
    const found = await command(drift, { json: true });
    assert.equal(found.code, 1);
    const { clusters } = JSON.parse(found.stdout) as {
      clusters: { drift: { kind: string; finding: boolean }[] }[];
    };
    assert.deepEqual(
      clusters[0]?.drift.map(({ kind, finding }) => [kind, finding]),
      [
        ["missing", true],
        ["unexpected", true],
      ],
    );
  });

  it("drift --rendered: what is live beside a rendered folder, which must be as it was written", async function () {
    this.timeout(180_000);
    await asPlanned();
    const rendered = mkdtempSync(join(tmpdir(), "palisade-drift-"));
    await captured(() => render({ stack: "dev", cwd: twoSystems(), cluster: "k3d-dev", out: rendered }));
    const before = await command(drift, { rendered });
    assert.equal(before.code, 1, "not applied yet: its annotations are missing");
    const objects = renderedObjects(rendered, "k3d-dev", { stack: "dev", cwd: twoSystems() });
    cluster = new FakeCluster(cluster.pods, structuredClone(objects));
    const synced = await command(drift, { rendered });
    assert.deepEqual(
      [synced.code, synced.stdout],
      [0, "k3d-dev: 16 rendered objects\nCLEAN  what is live is what was rendered\n"],
    );
    const [first] = cluster.objects["networkpolicies"] ?? [];
    assert.ok(first);
    Object.assign(first, { spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] } });
    const changed = await command(drift, { rendered });
    assert.equal(changed.code, 1);
    assert.match(
      changed.stdout,
      /\nDRIFT {2}\d+ differences; a sync of the folder restores what is missing\n$/,
    );
    writeFileSync(join(rendered, "k3d-dev", "kustomization.yaml"), "resources: []\n");
    const edited = await command(drift, { rendered });
    assert.equal(edited.code, 2);
    assert.match(edited.stderr, /kustomization\.yaml: was changed since it was rendered/);
  });
});
