import { applications } from "../../../applications";
import { validateApplications } from "../../../flows";

/** Pods around an application. */
export interface Neighbour {
  readonly name: string;
  readonly kubeNamespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A system as the bench runs it: its application on one cluster of the dev stack, and everything around it. */
export interface System {
  readonly application: string;
  /** The cluster's name in Pulumi.dev.yaml. */
  readonly cluster: string;
  readonly kubeNamespace: string;
  /** The first three numbers of the pods' addresses, on each of the two nodes. */
  readonly podNetworks: readonly [string, string];
  readonly neighbours: readonly Neighbour[];
  /** Hosts that aren't pods, by the name that tests call them. */
  readonly outside: Readonly<Record<string, string>>;
  /** Ports that are probed beside the declared ones: nobody declares them. */
  readonly otherPorts: readonly number[];
}

/** A workload's instance: its name on the bench and the labels of its pods. */
export interface Member {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What runs of an application, and every port that any of it declares. */
export function membersOf(application: string): { members: readonly Member[]; ports: readonly number[] } {
  const checked = validateApplications(applications).find(({ name }) => name === application);
  if (checked === undefined) throw new Error(`no application ${application}`);
  const members = checked.workloads.flatMap(({ instances }) =>
    instances.map(({ id, labels }) => ({ name: id.replace("/", "-"), labels })),
  );
  const declared = [...checked.workloads, ...checked.flows].flatMap(({ ports }) => ports);
  const numbers = declared.flatMap(({ from, to }) => [from, to]);
  return { members, ports: [...new Set(numbers)].sort((a, b) => a - b) };
}

const scraper = { "app.kubernetes.io/name": "prometheus" };
const everywhere: readonly Neighbour[] = [
  { name: "coredns", kubeNamespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
  { name: "prometheus", kubeNamespace: "monitoring", labels: scraper },
  { name: "stranger", kubeNamespace: "elsewhere", labels: { run: "stranger" } },
];

const jewelryShop: System = {
  application: "jewelry-shop",
  cluster: "k3d-dev",
  kubeNamespace: "jewelry-shop",
  podNetworks: ["10.42.0", "10.42.1"],
  neighbours: [
    ...everywhere,
    { name: "traefik", kubeNamespace: "kube-system", labels: { "app.kubernetes.io/name": "traefik" } },
    {
      name: "operator",
      kubeNamespace: "postgres-operator",
      labels: { "app.kubernetes.io/name": "postgres-operator" },
    },
    // Another team's pod with the shop's own label.
    { name: "impostor", kubeNamespace: "elsewhere", labels: { component: "django" } },
  ],
  outside: {
    "api-server": "172.18.0.2",
    internet: "93.184.215.14",
    metadata: "169.254.169.254",
    office: "192.168.77.1",
  },
  otherPorts: [22, 443, 6443, 9999],
};

const fineract: System = {
  application: "fineract",
  cluster: "eks-dev",
  kubeNamespace: "fineract-dev",
  podNetworks: ["10.20.0", "10.20.32"],
  neighbours: [
    ...everywhere,
    {
      name: "ingress",
      kubeNamespace: "ingress-nginx",
      labels: { "app.kubernetes.io/name": "ingress-nginx" },
    },
    // A pod of another environment on the same cluster.
    { name: "of-uat", kubeNamespace: "fineract-uat", labels: { app: "fineract", instance: "write" } },
  ],
  outside: {
    "database-a": "10.20.192.9",
    "database-b": "10.20.192.70",
    sts: "10.20.208.4",
    s3: "52.216.7.7",
    internet: "93.184.215.14",
    metadata: "169.254.169.254",
    "identity-agent": "169.254.170.23",
    "other-vpc": "10.77.0.1",
  },
  otherPorts: [22, 80, 443, 6443, 9999],
};

export const systems: readonly System[] = [jewelryShop, fineract];

/** Fineract in another stack's VPC: uat's is 10.30.0.0/16, production's 10.40.0.0/16, both laid out as dev's 10.20.0.0/16. */
export function fineractIn(stack: "uat" | "prod"): System {
  const [cluster, kubeNamespace, vpc] =
    stack === "uat" ? ["eks-uat", "fineract-uat", "10.30."] : ["eks-prod", "fineract-production", "10.40."];
  const there = (address: string) => address.replace(/^10\.20\./, vpc);
  const [a, b] = fineract.podNetworks;
  return {
    ...fineract,
    ...{ cluster, kubeNamespace, podNetworks: [there(a), there(b)] },
    outside: Object.fromEntries(
      Object.entries(fineract.outside).map(([name, address]) => [name, there(address)]),
    ),
    neighbours: fineract.neighbours.map((each) =>
      each.name === "of-uat" ? { ...each, name: "impostor", kubeNamespace: "fineract-other" } : each,
    ),
  };
}
