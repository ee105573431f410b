import { Random } from "../../twin/random";
import { labels, namedPorts, NAMESPACES, policy } from "../../twin/randomWorld";
import { ciliumPolicies } from "../../twin/randomCilium";
import { manifestsOf } from "../../twin/manifests";
import type { TwinPod, TwinTierPolicy, TwinWorld } from "../../twin/world";

export interface PlacedNode {
  readonly name: string;
  readonly ips: readonly string[];
}

/** A world as it runs: every pod has its node and its addresses, every namespace exists. */
export interface PlacedWorld {
  /** What is true. */
  readonly running: TwinWorld;
  readonly nodes: readonly PlacedNode[];
  /** What the analyzer is told: manifests may lack Namespaces, and pods their nodes and addresses. */
  readonly told: TwinWorld;
  /** Whether the analyzer is told of the Nodes. */
  readonly nodesTold: boolean;
}

/** Pods' addresses and blocks of the random policies meet; so do nodes' addresses and blocks. */
const POD_ADDRESSES = {
  4: ["10.0.1.4", "10.0.1.5", "10.0.1.6", "10.0.1.9", "10.0.3.1", "10.1.0.2", "10.1.0.3"],
  6: ["fd00::1:4", "fd00::1:5", "fd00::1:6", "fd00::3", "fd00:1::1", "fd00:1::2", "fd00:1::3"],
} as const;
const NODES = [
  { name: "n1", 4: "10.0.2.1", 6: "fd00::2" },
  { name: "n2", 4: "172.16.0.2", 6: "2600::2" },
] as const;
/** Where every pod address above is. */
const POD_RANGES = { 4: "10.0.0.0/15", 6: "fd00::/31" } as const;

/** Addresses that neither a pod nor a node has. */
export const OUTSIDE = {
  4: ["10.0.1.7", "10.1.0.1", "10.9.0.1", "192.0.2.1", "200.1.1.1"],
  6: ["fd00::1:7", "fd00::77", "2600::1"],
} as const;

type Family = 4 | 6;

const familiesOf = (random: Random, cluster: readonly Family[]): readonly Family[] =>
  cluster.length === 1 || random.chance(0.4) ? cluster : [random.pick(cluster)];

/** The world of one seed and number, with clusters of either family and of both. */
export function placedWorld(seed: number, number: number): PlacedWorld {
  const random = new Random(seed * 100_003 + number);
  const cluster = random.pick<readonly Family[]>([[4], [4], [6], [4, 6], [4, 6]]);
  const nodes = NODES.map(({ name, ...ips }) => ({ name, ips: cluster.map((family) => ips[family]) }));
  const pods = random.list(3, 7, () => 0).map((_, i) => pod(random, `p${i}`, i, cluster, nodes));
  const networkPolicies = random.list(1, 6, () => 0).map((_, i) => policy(random, `np${i}`));
  const namespaces = NAMESPACES.map((name) => ({ name, given: random.chance(0.7), labels: labels(random) }));
  const running: TwinWorld = {
    // A namespace that isn't given has the label that every namespace has, and no other.
    namespaces: namespaces.map(({ name, given, labels: own }) => ({ name, labels: given ? own : {} })),
    pods,
    networkPolicies,
  };
  const rangesTold = random.chance(0.5);
  // A pod that isn't told about has every family of the cluster, and that is told: by ranges, or by another pod.
  const [first, ...others] = pods.filter(
    ({ ips, hostNetwork }) => !hostNetwork && ips?.length === cluster.length,
  );
  const whole = new Set(rangesTold && first !== undefined ? [first, ...others] : others);
  const told: TwinWorld = {
    ...running,
    namespaces: namespaces.flatMap(({ name, given, labels: own }) => (given ? [{ name, labels: own }] : [])),
    pods: pods.map((each) => partlyTold(random, each, whole.has(each))),
    ...(rangesTold ? { podCidrs: cluster.map((family) => POD_RANGES[family]) } : {}),
  };
  return renamed(random, { running, nodes, told, nodesTold: random.chance(0.5) });
}

/** Such a world with random cluster-wide policies in tiers. */
export const tieredWorld =
  (make: (random: Random) => readonly TwinTierPolicy[]) =>
  (seed: number, number: number): PlacedWorld => {
    const { running, told, ...world } = placedWorld(seed, number);
    const tierPolicies = make(new Random(seed * 100_003 + number + 3_000_000));
    return { ...world, running: { ...running, tierPolicies }, told: { ...told, tierPolicies } };
  };

/** Such a world with random policies of Cilium's own kinds, all of it told. */
export function ciliumWorld(seed: number, number: number): PlacedWorld {
  const { running, nodes } = placedWorld(seed, number);
  const random = new Random(seed * 100_003 + number + 5_000_000);
  const whole = { ...running, ciliumPolicies: ciliumPolicies(random, { vague: false, services: [] }) };
  return { running: whole, nodes, told: whole, nodesTold: true };
}

function pod(
  random: Random,
  name: string,
  index: number,
  cluster: readonly Family[],
  nodes: readonly PlacedNode[],
): TwinPod {
  const node = random.pick(nodes);
  const hostNetwork = random.chance(0.15);
  const own = familiesOf(random, cluster).map((family) => POD_ADDRESSES[family][index] ?? "");
  return {
    namespace: random.pick(NAMESPACES),
    name,
    labels: labels(random),
    ips: hostNetwork ? node.ips : own,
    ...(hostNetwork ? { hostNetwork } : {}),
    node: node.name,
    containerPorts: namedPorts(random),
    ...(random.chance(0.3) ? { sidecarPorts: namedPorts(random) } : {}),
    ...(random.chance(0.15) ? { initPorts: namedPorts(random) } : {}),
  };
}

/** A pod as manifests may have it: without its node, without its addresses. */
function partlyTold(random: Random, { node, ips, ...rest }: TwinPod, mayHide: boolean): TwinPod {
  const hides = random.chance(0.15) && (mayHide || rest.hostNetwork === true);
  return {
    ...rest,
    ...(node === undefined || random.chance(0.15) ? {} : { node }),
    ...(ips === undefined || hides ? {} : { ips }),
  };
}

/** Labels that some implementations treat apart, in some worlds. */
const SPECIAL_LABELS = [
  "app.kubernetes.io/name",
  "batch.kubernetes.io/controller-uid",
  "beta.kubernetes.io/os",
  "k8s-app",
  "pod-template-hash",
  "statefulset.kubernetes.io/pod-name",
  "topology.kubernetes.io/zone",
];

function renamed(random: Random, world: PlacedWorld): PlacedWorld {
  if (random.chance(0.7)) return world;
  const label = random.pick(SPECIAL_LABELS);
  return JSON.parse(JSON.stringify(world).replaceAll('"tier"', JSON.stringify(label))) as PlacedWorld;
}

/** What the analyzer reads. */
export function toldManifests({ told, nodes, nodesTold }: PlacedWorld): object[] {
  const given = nodesTold ? nodes : [];
  return [
    ...manifestsOf(told),
    ...given.map(({ name, ips }) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      status: { addresses: ips.map((address) => ({ type: "InternalIP", address })) },
    })),
  ];
}
