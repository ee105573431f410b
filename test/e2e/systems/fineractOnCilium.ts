import { strict as assert } from "node:assert";
import { applications } from "../../../applications";
import type { Cluster, Placement } from "../../../compile/cluster";
import { compileNetworkPolicies } from "../../../compile/networkPolicy/compile";
import { validateApplications } from "../../../flows";
import type { KubeObject } from "../kube/client";
import { systems } from "./system";

/** Fineract as dev has it, where it is the bench's: the same pods, namespaces and hosts. */
export const fineractSystem = (() => {
  const found = systems.find(({ application }) => application === "fineract");
  assert.ok(found);
  return found;
})();

/** A cluster that runs Cilium where dev's runs the VPC CNI: pods have addresses of their own. */
const cluster: Cluster = {
  name: "cilium-dev",
  access: { context: "cilium-dev" },
  cni: "cilium",
  podCidrs: ["10.20.0.0/19", "10.20.32.0/19"],
  serviceCidrs: ["172.20.0.0/16"],
  nodeCidrs: ["10.0.51.0/24"],
  dns: {
    namespace: "kube-system",
    pods: { "k8s-app": "kube-dns" },
    nodeLocalAddresses: [],
    serviceAddresses: ["172.20.0.10"],
  },
  apiServer: { endpoints: [{ cidr: "10.20.224.0/28", port: 443 }], serviceAddresses: ["172.20.0.1"] },
  platform: {
    ingress: { namespace: "ingress-nginx", pods: { "app.kubernetes.io/name": "ingress-nginx" } },
    monitoring: { namespace: "monitoring", pods: { "app.kubernetes.io/name": "prometheus" } },
  },
};

const subnets = { subnetCidrs: ["10.20.192.0/26", "10.20.192.64/26"] };

const placement: Placement = {
  application: "fineract",
  environment: "dev",
  namespace: fineractSystem.kubeNamespace,
  stage: "enforce",
  observedWorkloads: [],
  adopt: false,
  podSecurity: { enforce: "baseline", audit: "restricted", warn: "restricted" },
  databases: { fineract: subnets, keycloak: subnets },
  buckets: { documents: { endpoint: { kind: "gateway", prefixListCidrs: ["52.216.0.0/15"] } } },
  identity: { kind: "irsa", stsSubnetCidrs: ["10.20.208.0/27", "10.20.208.32/27"] },
};

/** Its policies in Cilium's spelling. */
export function fineractPolicies(): readonly KubeObject[] {
  const application = validateApplications(applications).find(({ name }) => name === "fineract");
  assert.ok(application);
  return compileNetworkPolicies(application, placement, cluster).policies as unknown as readonly KubeObject[];
}
