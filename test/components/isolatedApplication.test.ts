import type { Declaration } from "../../declared";
import { strict as assert } from "node:assert";
import type * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import type { Placement, Stage } from "../../compile/cluster";
import { IsolatedApplication } from "../../components/isolatedApplication";
import { type Recorded, record } from "./recorded";
import { application, cluster, flow, placement, workload } from "../compile/worlds";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const NAMESPACE = "kubernetes:core/v1:Namespace";

const shop = application(
  [workload("web"), workload("db")],
  [flow("web", "db", ["tcp/5432"], { names: ["allow-web-to-db"] })],
);

const program =
  (extra: Partial<Placement> = {}, name = "lab/shop", opts: pulumi.ComponentResourceOptions = {}) =>
  (): void => {
    const provider = new Provider("lab", { context: "lab" });
    new IsolatedApplication(
      name,
      { application: shop, placement: placement(extra), cluster: cluster("k3s") },
      { provider, ...opts },
    );
  };

const typesAndNames = (recorded: readonly Recorded[]) => recorded.map(({ type, name }) => `${type} ${name}`);
const find = (recorded: readonly Recorded[], type: string, name: string): Recorded => {
  const found = recorded.find((one) => one.type === type && one.name === name);
  assert.ok(found, `${type} ${name} is registered`);
  return found;
};

describe("IsolatedApplication", () => {
  it("registers exactly its namespace and its policies", async () => {
    assert.deepEqual(typesAndNames(await record(program())), [
      `${NAMESPACE} lab/shop`,
      `${POLICY} lab/shop/db-egress`,
      `${POLICY} lab/shop/db-ingress`,
      `${POLICY} lab/shop/isolation`,
      `${POLICY} lab/shop/web-egress`,
      "palisade:index:IsolatedApplication lab/shop",
      "palisade:index:IsolatedNamespace lab/shop",
      "pulumi:providers:kubernetes lab",
    ]);
  });

  it("hands its provider to every child, and parents each", async () => {
    const recorded = await record(program());
    const children = recorded.filter(({ type }) => type.startsWith("kubernetes:"));
    assert.deepEqual(new Set(children.map(({ provider }) => provider)), new Set(["lab"]));
    assert.deepEqual(
      new Set(recorded.filter(({ name }) => name.startsWith("lab/shop/")).map(({ parent }) => parent)),
      new Set(["lab/shop"]),
    );
  });

  it("orders namespace, isolation, workload policies: deletion goes the other way round", async () => {
    const recorded = await record(program());
    assert.deepEqual(find(recorded, POLICY, "lab/shop/isolation").dependsOn, [`${NAMESPACE} lab/shop`]);
    for (const name of ["db-egress", "db-ingress", "web-egress"]) {
      assert.deepEqual(find(recorded, POLICY, `lab/shop/${name}`).dependsOn, [
        `${POLICY} lab/shop/isolation`,
      ]);
    }
  });

  it("has every object of its own applied under one name; what it patches beside others keeps one of its own", async () => {
    const managers = (recorded: Awaited<ReturnType<typeof record>>) =>
      recorded
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type, inputs }) => {
          const { annotations = {} } = inputs["metadata"] as { annotations?: Record<string, string> };
          return [type, annotations["pulumi.com/patchFieldManager"]] as const;
        });
    assert.ok(managers(await record(program())).every(([, manager]) => manager === "palisade"));
    const adopted = managers(await record(program({ adopt: true })));
    assert.deepEqual(
      adopted.filter(([, manager]) => manager === undefined).map(([type]) => type),
      [`${NAMESPACE}Patch`],
    );
  });

  it("labels a new namespace and keeps it when the stack is destroyed", async () => {
    const namespace = find(await record(program()), NAMESPACE, "lab/shop");
    assert.deepEqual(namespace.inputs, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "shop",
        annotations: { "pulumi.com/patchFieldManager": "palisade" },
        labels: {
          "app.kubernetes.io/managed-by": "palisade",
          "app.kubernetes.io/part-of": "shop",
          "palisade.dev/environment": "dev",
          "palisade.dev/owner": "shop-team",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/enforce": "baseline",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    });
    assert.equal(namespace.retainOnDelete, true);
    assert.equal(namespace.protect, false);
  });

  it("protects the namespace and isolation in uat and prod, so that a refused deletion opens nothing", async () => {
    for (const environment of ["uat", "prod"] as const) {
      const recorded = await record(program({ environment }));
      assert.deepEqual(typesAndNames(recorded.filter(({ protect }) => protect)), [
        `${NAMESPACE} lab/shop`,
        `${POLICY} lab/shop/isolation`,
      ]);
    }
  });

  it("patches an adopted namespace: no label of its own is touched, Pod Security only warns and audits", async () => {
    const recorded = await record(program({ adopt: true }));
    assert.ok(recorded.every(({ type }) => type !== NAMESPACE));
    assert.deepEqual(find(recorded, "kubernetes:core/v1:NamespacePatch", "lab/shop").inputs, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "shop",
        labels: {
          "app.kubernetes.io/part-of": "shop",
          "palisade.dev/environment": "dev",
          "palisade.dev/owner": "shop-team",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    });
  });

  it("changes exactly one object between observe and enforce, in place", async () => {
    const at = async (stage: Stage) =>
      new Map(
        (await record(program({ stage, observedWorkloads: ["web"] }))).map((one) => [
          `${one.type} ${one.name}`,
          one,
        ]),
      );
    const [observed, enforced] = [await at("observe"), await at("enforce")];
    assert.deepEqual([...observed.keys()], [...enforced.keys()]);
    const changed = [...observed].filter(
      ([key, { inputs }]) =>
        JSON.stringify(inputs) !== JSON.stringify(enforced.get(key)?.inputs) && inputs["kind"] !== undefined,
    );
    assert.deepEqual(
      changed.map(([key]) => key),
      [`${POLICY} lab/shop/isolation`],
    );
  });

  it("enforces one lagging workload by deleting one object", async () => {
    const lagging = typesAndNames(await record(program({ observedWorkloads: ["web"] })));
    const level = typesAndNames(await record(program()));
    assert.deepEqual(
      lagging.filter((one) => !level.includes(one)),
      [`${POLICY} lab/shop/web-observe`],
    );
    assert.deepEqual(
      level.filter((one) => !lagging.includes(one)),
      [],
    );
  });

  it("has no policy of ours when off, and the namespace stays", async () => {
    assert.deepEqual(typesAndNames(await record(program({ stage: "off" }))), [
      `${NAMESPACE} lab/shop`,
      "palisade:index:IsolatedApplication lab/shop",
      "palisade:index:IsolatedNamespace lab/shop",
      "pulumi:providers:kubernetes lab",
    ]);
  });

  it("registers what it declares as outputs, every end as data", async () => {
    const component = find(await record(program()), "palisade:index:IsolatedApplication", "lab/shop");
    const { declared, ...others } = component.outputs as { declared: Declaration };
    assert.deepEqual(others, { namespace: "shop", cluster: "lab", stage: "enforce", notes: [] });
    const end = (name: string, labels: Record<string, string>) => ({
      name,
      kind: "workload",
      pods: [{ namespace: "shop", labels }],
      addresses: [],
      groups: [],
    });
    const dns = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
    assert.deepEqual(declared.flows, [
      {
        id: "web → db tcp/5432",
        from: end("web", { app: "web" }),
        to: end("db", { app: "db" }),
        ports: ["tcp/5432"],
        because: "web needs db",
        name: "allow-web-to-db",
      },
      {
        id: "every workload → cluster DNS tcp/53, udp/53",
        from: {
          ...end("every workload", {}),
          pods: [
            { namespace: "shop", labels: { app: "web" } },
            { namespace: "shop", labels: { app: "db" } },
          ],
        },
        to: { name: "cluster DNS", kind: "dns", pods: [dns], addresses: [], groups: [] },
        ports: ["tcp/53", "udp/53"],
        because: "every workload resolves names",
      },
    ]);
  });

  it("keeps every object when the component is renamed with an alias", async () => {
    const renamed = await record(program({}, "new/shop", { aliases: [{ name: "lab/shop" }] }));
    // The SDK computes old URNs for a component's own children; for theirs, the engine goes on in the same way, by the
    // old URN of the parent and a name that begins with the parent's.
    const [namespace, ...children] = renamed.filter(
      ({ name, parent }) => name.startsWith("new/shop") && parent !== "",
    );
    assert.deepEqual(
      [namespace?.type, namespace?.name, namespace?.parent],
      [NAMESPACE, "new/shop", "new/shop"],
    );
    assert.deepEqual(
      children.map(({ type, name, aliases }) => {
        const old = `${type}::${name.replace("new/", "lab/")}`;
        return [name, aliases.filter((urn) => urn.endsWith(old)).length];
      }),
      [
        ["new/shop/db-egress", 1],
        ["new/shop/db-ingress", 1],
        ["new/shop/isolation", 1],
        ["new/shop/web-egress", 1],
        ["new/shop", 1],
      ],
    );
  });

  it("registers nothing of itself when a flow has a problem", async () => {
    const recorded = await record(() => {
      assert.throws(program({ namespace: "kube-system" }), { name: "PalisadeInputError" });
    });
    assert.deepEqual(typesAndNames(recorded), ["pulumi:providers:kubernetes lab"]);
  });
});
