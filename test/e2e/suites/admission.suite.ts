// Longer than most: one API server asked in several ways, in steps that build on each other.
import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { append } from "../../../data";
import { type AdmissionObject, admissionObjects, type ExemptObjects } from "../../../policypack/admission";
import { randomPolicies } from "../../policypack/admission/random";
import {
  admissionCases,
  type AdmissionCase,
  type ApiObject,
  objectOf,
  TWINS,
  type Verdict,
  verdictOf,
} from "../../policypack/admission/table";
import { LABELS, urnOf } from "../../policypack/helpers";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { root } from "../engine/project";
import { Asking, type Answer } from "../kube/asked";
import { ApiError, type KubeObject } from "../kube/client";
import { inOrder } from "../machine/inOrder";
import { eventually, must } from "../machine/process";

/** What the last of the policies speaks of. */
const LAST = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "last", namespace: "default" },
  spec: {
    schedule: "@daily",
    jobTemplate: {
      spec: {
        template: {
          metadata: { labels: { app: "last" } },
          spec: { hostNetwork: true, restartPolicy: "Never", containers: [{ name: "last", image: "last" }] },
        },
      },
    },
  },
};

/** The objects of a group that an exemption names by their resources. */
const exemptIn =
  (cases: readonly AdmissionCase[]): ExemptObjects =>
  (named) =>
    cases
      .filter(({ resource }) => resource.name === named || urnOf(resource) === named)
      .map(({ object: { metadata } }) => ({ namespace: metadata.namespace ?? "", name: metadata.name }));

const OWNER = { project: "shop", stack: "bench" };
const TODAY = new Date().toISOString().slice(0, 10);

const labelled = (name: string, labels: object = LABELS): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  // Else Pod Security would refuse what is to be asked.
  metadata: { name, labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" } },
});

const openTo = (name: string, from: readonly object[], namespace = "shop"): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from }] },
});
const WORLD = [{ ipBlock: { cidr: "0.0.0.0/0" } }];
const INSIDE = [{ podSelector: { matchLabels: { app: "web" } } }];

/** Where the objects of a kind are. */
const PLURALS: Readonly<Record<string, string>> = { NetworkPolicy: "networkpolicies" };

function collectionOf({ apiVersion, kind, metadata }: ApiObject): string {
  const group = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const within = kind === "Namespace" ? "" : `namespaces/${metadata.namespace ?? "default"}/`;
  return `/${group}/${within}${PLURALS[kind] ?? `${kind.toLowerCase()}s`}`;
}

describe("admission: the API server says of one object what the policy pack says", () => {
  inOrder();
  let cluster: Cluster;
  let asking: Asking;

  before("an API server with the namespaces of the table", async () => {
    cluster = await bench().startCluster({ name: "admission", index: 8, serviceCidr: "10.48.0.0/16" }, "api");
    asking = new Asking(cluster.controlPlane.kubeconfig);
    const names = new Set(admissionCases().map(({ object }) => object.metadata.namespace ?? "default"));
    for (const name of names) await cluster.kube.apply(labelled(name));
  });
  after(() => bench().stopCluster(cluster));

  /** Applies a configuration's policies, does something while they are in force, and takes them away again. */
  async function under(
    config: AdmissionCase["config"],
    how: { onlyWarn?: boolean; exempt?: ExemptObjects; today?: string },
    action: () => Promise<void>,
  ): Promise<void> {
    const { onlyWarn = false, exempt = () => [], today = TODAY } = how;
    const given = new Map(
      Object.entries(config).map(([name, properties]) => [name, { properties: { ...properties } }]),
    );
    const objects = admissionObjects(given, OWNER, { exempt, today, onlyWarn });
    for (const { object } of objects) await cluster.kube.apply(object as unknown as KubeObject);
    await eventually("the policies are in force", async () => (await areInForce()) || undefined);
    await eventually("all of them are checked", () => checked(objects));
    try {
      await action();
    } finally {
      for (const { object } of objects) await cluster.kube.remove(object as unknown as KubeObject);
      await eventually("they are no longer in force", async () => !(await areInForce()) || undefined);
    }
  }

  /** Whether the last of the policies is asked: the API server learns of them in the order in which they were made. */
  async function areInForce(): Promise<boolean> {
    const { message, warnings } = await asking.create(collectionOf(LAST), LAST);
    return [message, ...warnings].some((each) => each.includes("workload-no-host-network-cronjobs"));
  }

  /** Once every policy's expressions are checked against the kinds' fields; none may be wrong. */
  async function checked(objects: readonly AdmissionObject[]): Promise<true | undefined> {
    for (const { kind, object } of objects) {
      if (kind !== "ValidatingAdmissionPolicy") continue;
      const live = await cluster.kube.read(object as unknown as KubeObject);
      const { typeChecking } = (live?.["status"] ?? {}) as {
        typeChecking?: { expressionWarnings?: unknown };
      };
      if (typeChecking === undefined) return undefined;
      assert.equal(typeChecking.expressionWarnings, undefined, JSON.stringify(typeChecking));
    }
    return true;
  }

  /** What the API server says by one policy, where it only warns. */
  function saidBy(policy: string, { warnings }: Answer): Verdict {
    const own = warnings.filter((warning) => warning.includes(`'${OWNER.project}-${OWNER.stack}-${policy}`));
    assert.ok(!warnings.some((warning) => warning.includes("resulted in error")), warnings.join("\n"));
    if (own.length === 0) return "admitted";
    return own.every((warning) => warning.includes("-undecided'")) ? "undecided" : "denied";
  }

  /** Asks of each object, and gives what differs from the pack; counts what was compared. */
  async function differences(cases: readonly AdmissionCase[]): Promise<string[]> {
    const found: string[] = [];
    for (const { id, config, resource, object } of cases) {
      const answer = await asking.create(collectionOf(object), object);
      const isRefused = answer.status >= 300 && answer.status !== 409;
      for (const policy of TWINS) {
        const pack = verdictOf(policy, resource, config);
        // What isn't an object of the API at all is refused before any policy, and the pack doesn't let it pass either.
        const said = isRefused ? pack : saidBy(policy, answer);
        if (said !== pack) found.push(`${id}: ${policy}: the pack ${pack}, the API server ${said}`);
      }
      bench().count(isRefused ? "objects that the API refuses by itself" : "objects judged by both", 1);
    }
    return found;
  }

  it("each object of the table, by each policy", async function () {
    this.timeout(600_000);
    const groups = new Map<string, AdmissionCase[]>();
    for (const one of admissionCases()) append(groups, JSON.stringify(one.config), one);
    const found: string[] = [];
    for (const cases of groups.values()) {
      const [first] = cases;
      if (first === undefined) continue;
      await under(first.config, { onlyWarn: true, exempt: exemptIn(cases) }, async () => {
        found.push(...(await differences(cases)));
      });
    }
    assert.deepEqual(found.sort(), [
      // docs/gitops.md says each: the API server fills policyTypes in before it asks; blocks are counted, not joined; rules are judged one by one.
      "example-network-policy-explicit-types/0: network-policy-explicit-types: the pack denied, the API server admitted",
      "neighbouring blocks of two rules: network-policy-no-everyone-ingress: the pack denied, the API server admitted",
      "two neighbours as wide as one owner's, one of them in halves: network-policy-no-everyone-ingress: the pack denied, the API server admitted",
      "two wide blocks, one twice: network-policy-no-everyone-ingress: the pack admitted, the API server denied",
    ]);
  });

  it("random NetworkPolicies, by each policy", async function () {
    this.timeout(600_000);
    const config = {
      settings: { clusterRanges: ["10.42.0.0/16"] },
      "network-policy-no-everyone-egress": { publicPorts: ["tcp/443"] },
      "protected-ends": {
        ends: [
          {
            name: "the database",
            namespace: "shop",
            labels: { app: "db", team: "shop" },
            ports: ["tcp/5432"],
            from: [{ labels: { app: "web" } }, { namespace: "web" }, { cidr: "10.0.0.0/8" }],
          },
        ],
      },
    };
    const cases = randomPolicies(600).map((resource) => ({
      id: JSON.stringify(resource.props),
      config,
      resource,
      object: objectOf(resource),
    }));
    await under(config, { onlyWarn: true }, async () => {
      assert.deepEqual(await differences(cases), []);
    });
  });

  it("denies what is made or changed, and lets what was there before be labelled and deleted", async () => {
    const before = openTo("before", WORLD);
    await cluster.kube.apply(before);
    await under({}, {}, async () => {
      await cluster.kube.apply(openTo("control", INSIDE));
      await assert.rejects(cluster.kube.apply(openTo("new", WORLD)), denies);
      await assert.rejects(cluster.kube.apply(openTo("control", WORLD)), denies);
      await assert.rejects(cluster.kube.apply(openTo("before", [...WORLD, ...INSIDE])), denies);
      await cluster.kube.merge({ ...before, metadata: { ...before.metadata, labels: { seen: "yes" } } });
      await cluster.kube.remove(before);
      await assert.rejects(cluster.kube.apply(before), denies);
      await cluster.kube.remove(openTo("control", INSIDE));
    });
  });

  it("an exemption or an observation holds for what is created until its last day", async () => {
    const reason = { reason: "moved", owner: "team-shop" };
    const all = (namespace: string): KubeObject => ({
      ...openTo("observed", [], namespace),
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    });
    const until = (day: string) => ({
      settings: {
        exemptions: [
          { policy: "network-policy-no-everyone-ingress", namespace: "shop", until: day, ...reason },
        ],
        observe: [{ namespace: "monitoring", until: day, ...reason }],
      },
    });
    for (const name of ["shop", "monitoring"]) await cluster.kube.apply(labelled(name));
    const asked = async (object: KubeObject) =>
      (await asking.create(collectionOf(object), object)).status < 300;
    const outcomes = async (day: string, today: string) => {
      const found: boolean[] = [];
      await under(until(day), { today }, async () => {
        for (const object of [
          openTo("new", WORLD),
          openTo("new", WORLD, "monitoring"),
          all("monitoring"),
          all("shop"),
        ])
          found.push(await asked(object));
      });
      return found;
    };
    assert.deepEqual(await outcomes("2199-01-01", TODAY), [true, false, true, false]);
    // Rendered in time, applied too late.
    assert.deepEqual(await outcomes("2000-01-02", "2000-01-01"), [false, false, false, false]);
    // Rendered too late.
    assert.deepEqual(await outcomes("2000-01-02", TODAY), [false, false, false, false]);
  });

  it("takes every folder that render writes of this repository's stacks, under its own policies", async function () {
    this.timeout(600_000);
    const folder = join(bench().folder, "rendered");
    const kubectl = (...args: readonly string[]) =>
      must(join(bench().parts.path, "kubectl"), ["--kubeconfig", cluster.controlPlane.kubeconfig, ...args]);
    for (const stack of ["dev", "uat", "prod"]) {
      const out = join(folder, stack);
      await must(process.execPath, [
        join(root, "bin", "palisade.js"),
        ...["render", "--stack", stack, "--cwd", root, "--out", out, "--admission"],
      ]);
      for (const name of readdirSync(out)) {
        const apply = ["apply", "--server-side", "-k"];
        await kubectl(...apply, join(out, name, "_admission"));
        await eventually("the policies are in force", async () => (await areInForce()) || undefined);
        const applied = await kubectl(...apply, join(out, name));
        bench().count("rendered objects applied under their own policies", applied.trim().split("\n").length);
        await kubectl("delete", "-k", join(out, name), "--wait=false");
        await eventually("they are no longer in force", async () => !(await areInForce()) || undefined);
      }
    }
  });
});

/** A refusal by one of the policies, and by nothing else. */
const denies = (error: unknown): boolean =>
  error instanceof ApiError &&
  /ValidatingAdmissionPolicy 'shop-bench-network-policy-no-everyone-ingress' .*: lets everyone in: an ingress rule admits the internet\. Name the peers/.test(
    error.message,
  );
