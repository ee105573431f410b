import { strict as assert } from "node:assert";
import { readWorld } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";

const metadata = (name: string, more: object = {}) => ({ name, namespace: "a", ...more });

const deployment = (name: string, labels: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: metadata(name),
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels: { ...labels, version: "2" } } },
  },
});

const pod = (name: string, labels: object, owner: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: metadata(name, { labels, ownerReferences: [{ controller: true, ...owner }] }),
});

const replicaSet = (name: string) => ({ apiVersion: "apps/v1", kind: "ReplicaSet", name });

const template = (labels: object) => ({ template: { metadata: { labels } } });

/** The ends that some objects are, and what is said about them. */
function endsIn(...objects: readonly object[]) {
  const { world, warnings } = readWorld(sourced(objects), { representatives: false });
  return {
    ends: world.workloads.map(({ kind, name, variants }) => `${name}[${kind}] of ${variants.length}`).sort(),
    circles: warnings.filter((text) => text.includes("circle")),
  };
}

describe("reachability: pods and their owners", () => {
  const shop = deployment("shop", { app: "shop" });
  for (const [claim, child, ends] of [
    [
      "a pod of a ReplicaSet that isn't given folds into the Deployment that its hash follows",
      pod("shop-5d8f-x", { app: "shop", "pod-template-hash": "5d8f" }, replicaSet("shop-5d8f")),
      ["shop[Deployment] of 1"],
    ],
    [
      "also a pod of an older template, whose labels the selector still admits",
      pod("shop-5d8f-x", { app: "shop", version: "1" }, replicaSet("shop-5d8f")),
      ["shop[Deployment] of 1"],
    ],
    [
      "a ReplicaSet's name whose end isn't a hash says nothing",
      pod("shop-api-x", { app: "shop" }, replicaSet("shop-api")),
      ["shop-api-x[Pod] of 1", "shop[Deployment] of 1"],
    ],
    [
      "a pod with labels that the selector doesn't admit is another's, whatever the name",
      pod("shop-db-x", { app: "db" }, replicaSet("shop-db")),
      ["shop-db-x[Pod] of 1", "shop[Deployment] of 1"],
    ],
    [
      "a pod with another hash than its ReplicaSet's name is another's",
      pod("shop-db-x", { app: "shop", "pod-template-hash": "7c9b" }, replicaSet("shop-db")),
      ["shop-db-x[Pod] of 1", "shop[Deployment] of 1"],
    ],
  ] as const) {
    it(claim, () => assert.deepEqual(endsIn(shop, child).ends, ends));
  }

  it("a pod of a Job that isn't given folds into the CronJob that its time follows, if it has the template's labels", () => {
    const spec = { jobTemplate: { spec: template({ app: "report" }) } };
    const report = { apiVersion: "batch/v1", kind: "CronJob", metadata: metadata("report"), spec };
    const job = (name: string) => ({ apiVersion: "batch/v1", kind: "Job", name });
    const own = pod(
      "report-28123456-x",
      { app: "report", "job-name": "report-28123456" },
      job("report-28123456"),
    );
    assert.deepEqual(endsIn(report, own).ends, ["report[CronJob] of 1"]);
    for (const other of [
      pod("report-28123456-x", { app: "mail" }, job("report-28123456")),
      pod("report-all-x", { app: "report" }, job("report-all")),
    ]) {
      const { name } = other.metadata;
      assert.deepEqual(endsIn(report, other).ends, [`${name}[Pod] of 1`, "report[CronJob] of 1"]);
    }
  });

  it("an owner of the same kind in another API group is another's", () => {
    const train = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: metadata("train"),
      spec: template({ app: "safe" }),
    };
    const worker = (apiVersion: string) =>
      pod("train-w-0", { app: "worker" }, { apiVersion, kind: "Job", name: "train" });
    assert.deepEqual(endsIn(train, worker("batch.volcano.sh/v1alpha1")).ends, [
      "train-w-0[Pod] of 1",
      "train[Job] of 1",
    ]);
    assert.deepEqual(endsIn(train, worker("batch/v1")).ends, ["train[Job] of 1"]);
  });

  it("a finished Job has no pods any more; one that runs, or is suspended, has", () => {
    const job = (name: string, type: string, status: string) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: metadata(name),
      spec: template({ app: name }),
      status: { conditions: [{ type, status }] },
    });
    assert.deepEqual(
      endsIn(
        job("done", "Complete", "True"),
        job("failed", "Failed", "True"),
        job("going", "Complete", "False"),
        job("waiting", "Suspended", "True"),
      ).ends,
      ["going[Job] of 1", "waiting[Job] of 1"],
    );
  });

  it("workloads that own each other each stay an end, with a warning, and their pods fold into the first", () => {
    const circle = (name: string, owner: string) => ({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: metadata(name, { ownerReferences: [replicaSet(owner)] }),
      spec: { template: {} },
    });
    assert.deepEqual(
      endsIn(circle("r1", "r2"), circle("r2", "r1"), circle("r3", "r3"), pod("p", {}, replicaSet("r1"))),
      {
        ends: ["r1[ReplicaSet] of 1", "r2[ReplicaSet] of 1", "r3[ReplicaSet] of 1"],
        circles: [
          "workloads own each other in a circle; each was read as its own (3: a/r1[ReplicaSet], a/r2[ReplicaSet], a/r3[ReplicaSet])",
        ],
      },
    );
  });
});
