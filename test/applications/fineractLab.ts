import { fineract } from "../../applications/fineract";
import type { Cluster, Placement } from "../../compile/cluster";
import { type DeclaredApplication, validateApplications } from "../../flows";
import { Lab } from "./lab";

const cluster: Cluster = {
  name: "bank-eks",
  access: { context: "bank-eks" },
  cni: "aws-vpc-cni",
  podCidrs: ["10.42.0.0/16"],
  serviceCidrs: ["172.20.0.0/16"],
  nodeCidrs: ["10.40.0.0/16"],
  dns: {
    namespace: "kube-system",
    pods: { "k8s-app": "kube-dns" },
    nodeLocalAddresses: [],
    serviceAddresses: ["172.20.0.10"],
  },
  apiServer: { endpoints: [{ cidr: "10.40.1.10/32", port: 443 }], serviceAddresses: ["172.20.0.1"] },
  platform: {
    ingress: { namespace: "ingress-nginx", pods: { "app.kubernetes.io/name": "ingress-nginx" } },
    monitoring: { namespace: "monitoring", pods: { "app.kubernetes.io/name": "prometheus" } },
  },
};

const placement: Placement = {
  application: "fineract",
  environment: "dev",
  namespace: "fineract-dev",
  stage: "enforce",
  observedWorkloads: [],
  adopt: false,
  podSecurity: { enforce: "baseline", audit: "restricted", warn: "restricted" },
  databases: {
    fineract: { subnetCidrs: ["10.50.1.0/24", "10.50.2.0/24"] },
    keycloak: { subnetCidrs: ["10.50.3.0/24", "10.50.4.0/24"] },
  },
  buckets: { documents: { endpoint: { kind: "interface", subnetCidrs: ["10.51.1.0/24", "10.51.2.0/24"] } } },
  identity: { kind: "irsa", stsSubnetCidrs: ["10.52.1.0/24"] },
};

/** S3 through a gateway endpoint has public addresses. These are some of eu-west-1's. */
export const GATEWAY = { kind: "gateway", prefixListCidrs: ["52.218.0.0/17", "3.5.64.0/21"] } as const;

/** Fineract on its EKS cluster, with all that its owner's text mentions around it. */
export function fineractLab(
  declared: DeclaredApplication = fineract,
  extra: Partial<Placement> = {},
  platform: Cluster["platform"] = {},
): Lab {
  const [application] = validateApplications([declared]);
  if (application === undefined) throw new Error("no application");
  return new Lab(
    application,
    { ...placement, ...extra },
    { ...cluster, platform: { ...cluster.platform, ...platform } },
    {
      "ingress-nginx": {
        namespace: "ingress-nginx",
        labels: { "app.kubernetes.io/name": "ingress-nginx" },
      },
      coredns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
      prometheus: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } },
      grafana: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "grafana" } },
      "custom scraper": { namespace: "custom-monitoring", labels: { app: "scraper" } },
      "fineract of uat": { namespace: "fineract-uat", labels: { app: "fineract", instance: "write" } },
      "test-pod": { namespace: "default", labels: { run: "test-pod" } },
    },
    {
      internet: ["8.8.8.8", "142.250.74.78"],
      "S3's public addresses": ["52.218.1.1", "3.5.64.9"],
      "S3's interface endpoint": ["10.51.1.9", "10.51.2.9"],
      STS: ["10.52.1.5"],
      "fineract's database": ["10.50.1.20", "10.50.2.20"],
      "keycloak's database": ["10.50.3.20", "10.50.4.20"],
      "other private addresses": ["10.60.0.1", "172.16.3.4", "192.168.77.1", "100.64.1.1"],
      "the Kubernetes API": ["10.40.1.10", "172.20.0.1"],
      "name service's address": ["172.20.0.10"],
      "instance metadata": ["169.254.169.254"],
      "Pod Identity agent": ["169.254.170.23"],
    },
  );
}
