import type { Application, Flow, Instance, Workload } from "../../flows/model";
import type { PortRange } from "../../net/ports";
import { parsePortSpec } from "../../net/ports";
import type { Cluster, CniProfile, Placement } from "../../compile/cluster";

/** A workload with its own label; `instances` are told apart by the label `instance`. */
export function workload(name: string, instances: readonly string[] = []): Workload {
  const labels = { app: name };
  const named: readonly Instance[] = instances.map((instance) => ({
    id: `${name}/${instance}`,
    workload: name,
    instance,
    labels: { ...labels, instance },
  }));
  return {
    name,
    labels,
    ports: [],
    instances: named.length > 0 ? named : [{ id: name, workload: name, labels }],
  };
}

export const ports = (...specs: readonly string[]): PortRange[] => specs.map((spec) => parsePortSpec(spec));

/** A flow as validation would make it; a string is a workload, or "workload/instance". */
export function flow(
  from: Flow["from"] | string,
  to: Flow["to"] | string,
  specs: readonly string[],
  extra: Partial<Flow> = {},
): Flow {
  const end = (given: Flow["from"] | string): Flow["from"] => {
    if (typeof given !== "string") return given;
    const [name = "", instance] = given.split("/");
    return instance === undefined
      ? { kind: "workload", workload: name }
      : { kind: "workload", workload: name, instance };
  };
  const text = (given: Flow["from"] | string) => (typeof given === "string" ? given : given.kind);
  return {
    id: `${text(from)} → ${text(to)} ${specs.join(", ")}`,
    from: end(from),
    to: end(to),
    ports: ports(...specs),
    because: `${text(from)} needs ${text(to)}`,
    names: [],
    origin: "declared",
    ...extra,
  };
}

export const application = (
  workloads: readonly Workload[],
  flows: readonly Flow[],
  extra: Partial<Application> = {},
): Application => ({
  name: "shop",
  owner: "shop-team",
  workloads,
  flows,
  accepted: [],
  removed: [],
  databases: {},
  buckets: {},
  ...extra,
});

/** A cluster without AWS, IPv4, whose own ranges are private. */
export const cluster = (cni: CniProfile, extra: Partial<Cluster> = {}): Cluster => ({
  name: "lab",
  access: { context: "lab" },
  cni,
  podCidrs: ["10.42.0.0/16"],
  serviceCidrs: ["10.43.0.0/16"],
  nodeCidrs: ["192.168.1.0/24"],
  dns: {
    namespace: "kube-system",
    pods: { "k8s-app": "kube-dns" },
    nodeLocalAddresses: [],
    serviceAddresses: ["10.43.0.10"],
  },
  apiServer: { endpoints: [{ cidr: "192.168.1.10/32", port: 6443 }], serviceAddresses: ["10.43.0.1"] },
  platform: {
    ingress: { namespace: "kube-system", pods: { "app.kubernetes.io/name": "traefik" } },
    monitoring: { namespace: "monitoring", pods: "every-pod" },
  },
  ...extra,
});

export const placement = (extra: Partial<Placement> = {}): Placement => ({
  application: "shop",
  environment: "dev",
  namespace: "shop",
  stage: "enforce",
  observedWorkloads: [],
  adopt: false,
  podSecurity: { enforce: "baseline", audit: "restricted", warn: "restricted" },
  databases: {},
  buckets: {},
  ...extra,
});
