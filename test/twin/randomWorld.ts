import type { Protocol } from "../../net/ports";
import { Random } from "./random";
import type {
  TwinEnd,
  TwinPeer,
  TwinPod,
  TwinPolicy,
  TwinPort,
  TwinSelector,
  TwinService,
  TwinWorld,
} from "./world";

export const NAMESPACES = ["default", "a", "b", "c"];
const KEYS = ["app", "tier", "example.com/role"];
/** A key that Cilium leaves out of identities, now and then. */
const HIDDEN = "pod-template-hash";
const VALUES = ["x", "y", "z", ""];
export const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP"];
export const PORT_NAMES = ["http", "dns", "sql"];
/** Few numbers, close together, so that ranges and names meet. */
export const PORTS = [53, 80, 81, 82, 443, 5432];
export const BLOCKS = [
  "0.0.0.0/0",
  "10.0.0.0/8",
  "10.0.1.0/24",
  "10.0.1.4/30",
  "10.0.1.5/32",
  "10.0.0.0/15",
  "10.0.0.0/16",
  "fd00::/64",
  "128.0.0.0/1",
  "192.0.2.7/24",
  "::/0",
  "fd00::/8",
  "fd00::1:0/112",
  "fd00::1:5/128",
];
const CLUSTER_IPS = ["10.0.1.4", "10.0.3.9", "192.0.2.9", "fd00::1:9"];
const ADDRESSES = [
  "10.0.1.5",
  "10.0.1.6",
  "10.0.2.1",
  "10.1.0.1",
  "192.0.2.1",
  "200.1.1.1",
  "fd00::1:5",
  "fd00::2",
  "2600::1",
];

export const labels = (random: Random): Record<string, string> =>
  Object.fromEntries(
    [...random.some(KEYS, 0.5), ...(random.chance(0.1) ? [HIDDEN] : [])].map((key) => [
      key,
      random.pick(VALUES),
    ]),
  );

export function selector(random: Random, keys: readonly string[] = [...KEYS, HIDDEN]): TwinSelector {
  const operators = ["In", "NotIn", "Exists", "DoesNotExist"];
  return {
    ...(random.chance(0.45) ? { matchLabels: { [random.pick(keys)]: random.pick(VALUES) } } : {}),
    ...(random.chance(0.35)
      ? {
          matchExpressions: random.list(1, 2, () => {
            const operator = random.pick(operators);
            const listed = operator === "In" || operator === "NotIn";
            const key = random.pick(keys);
            return {
              key,
              operator,
              ...(listed ? { values: random.list(1, 2, () => random.pick(VALUES)) } : {}),
            };
          }),
        }
      : {}),
  };
}

export function namespaceSelector(random: Random): TwinSelector {
  if (random.chance(0.4)) return { matchLabels: { "kubernetes.io/metadata.name": random.pick(NAMESPACES) } };
  return selector(random, [...KEYS, "kubernetes.io/metadata.name"]);
}

function block(random: Random): NonNullable<TwinPeer["ipBlock"]> {
  const cidr = random.pick(BLOCKS);
  const inside: Readonly<Record<string, readonly string[]>> = {
    "0.0.0.0/0": ["10.0.0.0/8", "10.0.1.4/30", "192.0.2.0/24"],
    "10.0.0.0/8": ["10.0.1.0/24", "10.0.1.5/32"],
    "10.0.1.0/24": ["10.0.1.4/30", "10.0.1.6/32"],
    "::/0": ["fd00::/8", "fd00::1:5/128"],
    "fd00::/8": ["fd00::1:0/112"],
  };
  const candidates = inside[cidr] ?? [];
  const except = random.chance(0.5) ? random.some(candidates, 0.6) : [];
  return { cidr, ...(except.length > 0 ? { except } : {}) };
}

function peer(random: Random): TwinPeer {
  const kind = random.next();
  if (kind < 0.25) return { ipBlock: block(random) };
  if (kind < 0.5) return { podSelector: selector(random) };
  if (kind < 0.7) return { namespaceSelector: namespaceSelector(random) };
  return { namespaceSelector: namespaceSelector(random), podSelector: selector(random) };
}

function port(random: Random): TwinPort {
  const protocol = random.chance(0.7) ? { protocol: random.pick(PROTOCOLS) } : {};
  const kind = random.next();
  if (kind < 0.15) return protocol;
  if (kind < 0.4) return { ...protocol, port: random.pick(PORT_NAMES) };
  const first = random.pick(PORTS);
  return kind < 0.6
    ? { ...protocol, port: first, endPort: first + random.between(0, 400) }
    : { ...protocol, port: first };
}

const peers = (random: Random) => random.list(random.chance(0.15) ? 0 : 1, 3, () => peer(random));
const ports = (random: Random) =>
  random.chance(0.35) ? {} : { ports: random.list(random.chance(0.1) ? 0 : 1, 3, () => port(random)) };

export function policy(random: Random, name: string): TwinPolicy {
  const ingress = random.list(0, 2, () => ({
    ...(random.chance(0.9) ? { from: peers(random) } : {}),
    ...ports(random),
  }));
  const egress = random.list(0, 2, () => ({
    ...(random.chance(0.9) ? { to: peers(random) } : {}),
    ...ports(random),
  }));
  const types = random.pick([undefined, undefined, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"]]);
  const namespace = random.pick(NAMESPACES);
  return {
    metadata: { name, ...(namespace === "default" && random.chance(0.5) ? {} : { namespace }) },
    spec: {
      ...(random.chance(0.95) ? { podSelector: random.chance(0.4) ? {} : selector(random) } : {}),
      ...(random.chance(0.7) ? { ingress } : {}),
      ...(random.chance(0.6) ? { egress } : {}),
      ...(types === undefined ? {} : { policyTypes: types }),
    },
  };
}

function pod(random: Random, name: string): TwinPod {
  const hostNetwork = random.chance(0.08);
  const node = random.chance(0.4) ? { node: random.pick(["n1", "n2"]) } : {};
  const ips = random.chance(0.5)
    ? {
        ips: random.chance(0.3)
          ? [random.pick(ADDRESSES.slice(0, 4)), "fd00::1:5"]
          : [random.pick(ADDRESSES)],
      }
    : {};
  return {
    namespace: random.pick(NAMESPACES),
    name,
    labels: labels(random),
    ...ips,
    ...(hostNetwork ? { hostNetwork } : {}),
    ...node,
    containerPorts: namedPorts(random),
  };
}

/** Ports with names, unique in a pod for each protocol; two protocols may share name and number. */
export function namedPorts(random: Random): NonNullable<TwinPod["containerPorts"]> {
  return PORT_NAMES.flatMap((name) =>
    random.some(PROTOCOLS, 0.3).map((protocol) => ({
      name,
      containerPort: random.pick(PORTS),
      ...(protocol === "TCP" && random.chance(0.5) ? {} : { protocol }),
    })),
  );
}

/** A Service whose cluster IP some blocks hold, and no other end has. */
function service(random: Random, name: string, clusterIP: string): TwinService {
  const nodePort = random.chance(0.3) ? { nodePort: random.pick(PORTS) } : {};
  const local = random.chance(0.3) ? { externalTrafficPolicy: "Local" as const } : {};
  return {
    namespace: random.pick(NAMESPACES),
    name,
    selector: { [random.pick(KEYS)]: random.pick(VALUES) },
    clusterIP,
    port: random.pick(PORTS),
    targetPort: random.chance(0.3) ? random.pick(PORT_NAMES) : random.pick(PORTS),
    protocol: random.chance(0.7) ? "TCP" : random.pick(PROTOCOLS),
    ...nodePort,
    ...local,
  };
}

/** The same world with Services; apart, so that a seed's world stays what it was. */
export function withServices(world: TwinWorld, seed: number): TwinWorld {
  const random = new Random(seed + 1_000_000);
  const services = random.some(CLUSTER_IPS, 0.6).map((address, i) => service(random, `s${i}`, address));
  return { ...world, services };
}

/** The world of one seed: a few namespaces, pods and policies, in which everything the API offers occurs. */
export function randomWorld(seed: number): TwinWorld {
  const random = new Random(seed);
  let count = 0;
  return {
    namespaces: random.some(NAMESPACES, 0.7).map((name) => ({ name, labels: labels(random) })),
    pods: random.list(1, 5, () => pod(random, `p${count++}`)),
    networkPolicies: random.list(0, 4, () => policy(random, `np${count++}`)),
    ...(random.chance(0.4)
      ? {
          podCidrs: random.some(
            ["10.0.1.0/24", "10.0.0.0/16", "10.1.0.0/16", "fd00::/64", "fd00:1::/64"],
            0.5,
          ),
        }
      : {}),
    ...(random.chance(0.2) ? { cni: "cilium" as const } : {}),
  };
}

/** Every pair of ends worth asking about, pods and a sample of addresses. */
export function pairsOf(world: TwinWorld): (readonly [TwinEnd, TwinEnd])[] {
  const inside = world.pods.map(({ namespace, name }): TwinEnd => ({ namespace, name }));
  const outside = ADDRESSES.map((address): TwinEnd => ({ address }));
  return [
    ...inside.flatMap((from) => inside.map((to) => [from, to] as const)),
    ...inside.flatMap((pod) => outside.flatMap((end) => [[pod, end] as const, [end, pod] as const])),
  ];
}

/** Ports around every edge that a random policy can have. */
export const PROBES: readonly number[] = [1, 52, 53, 80, 81, 82, 83, 200, 443, 444, 5432, 65535];
export { PROTOCOLS as PROBED_PROTOCOLS };
