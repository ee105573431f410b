// Tests: test/compile/clusterBaseline.test.ts
import { NAMESPACE_NAME_LABEL } from "../kubernetes";
import { AddressSet, METADATA } from "../net";
import { below, type Place, type Problem } from "../problems";
import { type Application, compareText } from "../flows";
import type { Cluster, CniProfile, Placement, PlatformService } from "./cluster";
import type {
  BaselineEgressRule,
  BaselineIngressRule,
  BaselinePods,
  ClusterNetworkPolicyManifest,
  NamespaceChoice,
} from "./clusterNetworkPolicy";

/** Why a profile can't have a baseline; none for those that serve the API and whose reading of it is computed. */
const NOT_SERVED: Readonly<Record<CniProfile, string | undefined>> = {
  calico: undefined,
  k3s: "k3s's controller reads no ClusterNetworkPolicy",
  cilium: "what Cilium makes of tiers isn't computed, so nothing would prove it",
  "aws-vpc-cni": "the AWS VPC CNI reads a ClusterNetworkPolicy of its own (networking.k8s.aws), not this one",
  azure: "nothing is known of tiers on azure",
};

/** What is wrong with a cluster's baseline. */
export function checkClusterBaseline({ cni, baseline }: Cluster, at: Place): Problem[] {
  const because = NOT_SERVED[cni];
  if (baseline === undefined || because === undefined) return [];
  return [
    {
      place: below(at, "baseline"),
      message: `can't be had on ${cni}: ${because}`,
      remedy: "Leave it out: the applications' own NetworkPolicies hold without it",
    },
  ];
}

/** An application of the cluster with its place there. */
export interface BaselineApplication {
  readonly application: Application;
  readonly placement: Placement;
}

/** Asked before the policies of those who may only loosen what an owner leaves open; room is left on both sides. */
const ADMIN_PRIORITY = 100;
/** Asked last of its tier. */
const BASELINE_PRIORITY = 1000;

/**
 * Compiles a cluster's baseline to ClusterNetworkPolicies, sorted by name; none where it has none.
 *
 * Admin tier, which no NetworkPolicy undoes: nobody reaches instance metadata; nobody reaches a database's subnets but namespaces whose
 * application declares it; no application's namespace reaches another's that doesn't accept it. Baseline tier, for pods that no NetworkPolicy
 * isolates: DNS and monitoring are admitted, all else is denied, but in namespaces that a declared flow names. Left alone are the exempt namespaces, those of DNS and platform services, and
 * those of applications that aren't wholly enforced: observation blocks nothing.
 *
 * @param applications all that run on the cluster, whatever a stack's selection provisions.
 */
export function compileClusterBaseline(
  cluster: Cluster,
  applications: readonly BaselineApplication[],
): readonly ClusterNetworkPolicyManifest[] {
  const { baseline } = cluster;
  if (baseline === undefined) return [];
  const free = applications.filter(({ placement }) => !isEnforced(placement));
  const alone = [
    ...baseline.exempt,
    cluster.dns.namespace,
    ...Object.values(cluster.platform).map(({ namespace }) => namespace),
    ...free.map(({ placement }) => placement.namespace),
  ];
  // The other end of a declared flow isn't closed by default: its owner may have no policies there.
  const named = applications.flatMap(({ application }) =>
    application.flows.flatMap(({ from, to }) =>
      [from, to].flatMap((end) => (end.kind === "pods" ? [end.namespace] : [])),
    ),
  );
  const policy = (
    name: string,
    spec: Omit<ClusterNetworkPolicyManifest["spec"], "subject">,
    subject: NamespaceChoice,
  ): ClusterNetworkPolicyManifest => ({
    apiVersion: `policy.networking.k8s.io/${baseline.version}`,
    kind: "ClusterNetworkPolicy",
    metadata: {
      name: `palisade-${name}`,
      labels: { "app.kubernetes.io/managed-by": "palisade", "palisade.dev/cluster": cluster.name },
    },
    spec: { ...spec, subject: { namespaces: subject } },
  });
  const admin = { tier: "Admin", priority: ADMIN_PRIORITY } as const;
  return [
    policy(
      "metadata",
      {
        ...admin,
        egress: [{ name: "instance-metadata", action: "Deny", to: [{ networks: METADATA.cidrs }] }],
      },
      allBut(alone),
    ),
    ...databasesOf(applications, cluster).map(({ name, networks, clients }) =>
      policy(
        name,
        { ...admin, egress: [{ name: "database-subnets", action: "Deny", to: [{ networks }] }] },
        allBut([...alone, ...clients, ...baseline.databaseClients]),
      ),
    ),
    ...applications.flatMap((one) => {
      const strangers = isEnforced(one.placement) ? strangersTo(one, applications, alone) : [];
      return strangers.length === 0
        ? []
        : [
            policy(
              `tenant-${one.application.name}`,
              {
                ...admin,
                ingress: [
                  { name: "other-tenants", action: "Deny", from: [{ namespaces: these(strangers) }] },
                ],
              },
              these([one.placement.namespace]),
            ),
          ];
    }),
    policy(
      "default-deny",
      {
        tier: "Baseline",
        priority: BASELINE_PRIORITY,
        ingress: [...monitoringOf(cluster), { name: "everyone", action: "Deny", from: [{ namespaces: {} }] }],
        egress: [
          dnsOf(cluster),
          {
            name: "everywhere",
            action: "Deny",
            to: [{ namespaces: {} }, { networks: ["0.0.0.0/0", "::/0"] }],
          },
        ],
      },
      allBut([...alone, ...named]),
    ),
  ].sort((a, b) => compareText(a.metadata.name, b.metadata.name));
}

const isEnforced = ({ stage, observedWorkloads }: Placement): boolean =>
  stage === "enforce" && observedWorkloads.length === 0;

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort(compareText);

const allBut = (names: readonly string[]): NamespaceChoice => ({
  matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: "NotIn", values: sorted(names) }],
});

const these = (names: readonly string[]): NamespaceChoice => ({
  matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: "In", values: sorted(names) }],
});

interface DeniedDatabase {
  readonly name: string;
  readonly networks: readonly string[];
  readonly clients: readonly string[];
}

/** All addresses outside the cluster's pods that an application declares itself to reach; the internet is never a database's subnet. */
function addressesReached({ application, placement }: BaselineApplication, cluster: Cluster): AddressSet {
  const { databases, buckets, identity } = placement;
  return AddressSet.of(
    ...Object.values(databases).flatMap(({ subnetCidrs }) => subnetCidrs),
    ...Object.values(buckets).flatMap(({ endpoint }) =>
      endpoint.kind === "interface" ? endpoint.subnetCidrs : endpoint.prefixListCidrs,
    ),
    ...(identity?.kind === "irsa" ? identity.stsSubnetCidrs : []),
    ...application.flows.flatMap(({ to }) =>
      to.kind === "cidr"
        ? to.cidrs
        : to.kind === "kubernetes-api"
          ? cluster.apiServer.endpoints.map(({ cidr }) => cidr)
          : [],
    ),
  );
}

/** Each database's subnets, with the namespaces of all applications that declare something in some of them. */
function databasesOf(applications: readonly BaselineApplication[], cluster: Cluster): DeniedDatabase[] {
  const reached = applications.map((one) => ({
    namespace: one.placement.namespace,
    addresses: addressesReached(one, cluster),
  }));
  return applications.flatMap(({ application, placement: { databases } }) =>
    Object.entries(databases).map(([database, { subnetCidrs }]) => ({
      name: `database-${application.name}-${database}`,
      networks: sorted(subnetCidrs),
      clients: reached
        .filter(({ addresses }) => addresses.overlaps(AddressSet.of(...subnetCidrs)))
        .map(({ namespace }) => namespace),
    })),
  );
}

/** The namespaces of other applications from which nothing is declared into an application. */
function strangersTo(
  { application: { accepted, flows }, placement }: BaselineApplication,
  applications: readonly BaselineApplication[],
  alone: readonly string[],
): string[] {
  const callers = new Set(accepted.map(({ from }) => from.application));
  const named = flows.flatMap(({ from }) => (from.kind === "pods" ? [from.namespace] : []));
  return applications
    .filter(({ application }) => !callers.has(application.name))
    .map((other) => other.placement.namespace)
    .filter(
      (namespace) =>
        namespace !== placement.namespace && !named.includes(namespace) && !alone.includes(namespace),
    );
}

const podsOf = ({ namespace, pods }: PlatformService): BaselinePods => ({
  pods: {
    namespaceSelector: these([namespace]),
    podSelector: pods === "every-pod" ? {} : { matchLabels: pods },
  },
});

const monitoringOf = ({ platform }: Cluster): BaselineIngressRule[] =>
  platform["monitoring"] === undefined
    ? []
    : [{ name: "monitoring", action: "Accept", from: [podsOf(platform["monitoring"])] }];

function dnsOf({ dns }: Cluster): BaselineEgressRule {
  const addresses = [...dns.serviceAddresses, ...dns.nodeLocalAddresses];
  const networks = sorted(addresses.map((address) => `${address}/${address.includes(":") ? 128 : 32}`));
  const destinationPort = { number: 53 };
  return {
    name: "dns",
    action: "Accept",
    to: [
      podsOf({ namespace: dns.namespace, pods: dns.pods }),
      ...(networks.length === 0 ? [] : [{ networks }]),
    ],
    protocols: [{ tcp: { destinationPort } }, { udp: { destinationPort } }],
  };
}
