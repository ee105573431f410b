import { Random } from "../../twin/random";
import type { TwinPeer, TwinPod, TwinPolicy, TwinPort, TwinSelector, TwinWorld } from "../../twin/world";

/**
 * Random worlds that the bench can run: the pods stay where they are (their addresses, nodes and container ports can't
 * change), their labels, the namespaces' labels and the policies are new in each. Everything the API offers occurs, so
 * does what only a hostile or careless author writes.
 */
export const namespaces = ["w-a", "w-b", "w-c", "w-d"] as const;

/** Where every pod and outside host listens. */
export const listeners = [
  { protocol: "tcp", port: 53 },
  { protocol: "tcp", port: 80 },
  { protocol: "tcp", port: 81 },
  { protocol: "tcp", port: 443 },
  { protocol: "udp", port: 53 },
  { protocol: "udp", port: 80 },
] as const;

/** Named ports differ from pod to pod: a name means what its destination says. */
const namedPorts = [
  [
    { name: "http", containerPort: 80 },
    { name: "dns", containerPort: 53, protocol: "UDP" },
  ],
  [
    { name: "http", containerPort: 81 },
    { name: "dns", containerPort: 53 },
  ],
  [{ name: "https", containerPort: 443 }],
] as const;

/** Hosts that aren't pods: one of the world, one of a private network. */
export const outside = [
  { name: "internet", address: "198.51.100.7" },
  { name: "office", address: "172.30.1.9" },
] as const;

/** Twelve pods, three a namespace, on both nodes. */
export const pods: readonly (TwinPod & { readonly ips: readonly [string]; readonly node: "a" | "b" })[] =
  namespaces.flatMap((namespace, n) =>
    [0, 1, 2].map((i) => {
      const node = (n + i) % 2 === 0 ? ("a" as const) : ("b" as const);
      const ips = [`10.42.${node === "a" ? 0 : 1}.${10 + n * 4 + i}`] as const;
      return { namespace, name: `p${i}`, ips, node, containerPorts: namedPorts[(n + i) % 3] ?? [] };
    }),
  );

const keys = ["app", "tier", "example.com/role"];
const values = ["x", "y", ""];
/** Blocks that policies name, each with what they may except of it. */
export const blocks: Readonly<Record<string, readonly string[]>> = {
  "0.0.0.0/0": ["10.42.0.0/16", "10.42.0.0/24", "198.51.100.0/24", "172.16.0.0/12"],
  "10.42.0.0/16": ["10.42.0.0/24", "10.42.1.8/29", "10.42.0.10/32"],
  "10.42.0.8/29": ["10.42.0.12/30"],
  "10.42.1.0/24": [],
  "10.42.0.10/32": [],
  "128.0.0.0/1": ["172.30.1.9/32"],
  "172.16.0.0/12": ["172.30.0.0/16"],
  "198.51.100.0/24": ["198.51.100.7/32"],
  "fd00::/8": [],
};

const labels = (random: Random): Record<string, string> =>
  Object.fromEntries(random.some(keys, 0.6).map((key) => [key, random.pick(values)]));

function selector(random: Random, from: readonly string[] = keys): TwinSelector {
  const expression = () => {
    const operator = random.pick(["In", "NotIn", "Exists", "DoesNotExist"]);
    const listed = operator === "In" || operator === "NotIn";
    return {
      key: random.pick(from),
      operator,
      ...(listed ? { values: random.list(1, 2, () => random.pick(values)) } : {}),
    };
  };
  return {
    ...(random.chance(0.4) ? { matchLabels: { [random.pick(from)]: random.pick(values) } } : {}),
    ...(random.chance(0.4) ? { matchExpressions: random.list(1, 2, expression) } : {}),
  };
}

const nameKey = "kubernetes.io/metadata.name";

const namespaceSelector = (random: Random): TwinSelector =>
  random.chance(0.4)
    ? { matchLabels: { [nameKey]: random.pick(namespaces) } }
    : selector(random, [...keys, nameKey]);

function peer(random: Random): TwinPeer {
  const kind = random.next();
  if (kind < 0.3) {
    const cidr = random.pick(Object.keys(blocks));
    const except = random.chance(0.5) ? random.some(blocks[cidr] ?? [], 0.5) : [];
    return { ipBlock: { cidr, ...(except.length > 0 ? { except } : {}) } };
  }
  if (kind < 0.55) return { podSelector: selector(random) };
  if (kind < 0.75) return { namespaceSelector: namespaceSelector(random) };
  return { namespaceSelector: namespaceSelector(random), podSelector: selector(random) };
}

function port(random: Random): TwinPort {
  const protocol = random.chance(0.7) ? { protocol: random.pick(["TCP", "TCP", "UDP", "SCTP"]) } : {};
  const kind = random.next();
  if (kind < 0.15) return protocol;
  if (kind < 0.4) return { ...protocol, port: random.pick(["http", "dns", "https"]) };
  const first = random.pick([52, 53, 80, 81, 443]);
  return {
    ...protocol,
    port: first,
    ...(kind < 0.6 ? { endPort: first + random.pick([0, 1, 28, 400]) } : {}),
  };
}

const ports = (random: Random) =>
  random.chance(0.35) ? {} : { ports: random.list(random.chance(0.1) ? 0 : 1, 3, () => port(random)) };
const peers = (random: Random) => random.list(random.chance(0.1) ? 0 : 1, 3, () => peer(random));

function policy(random: Random, name: string): TwinPolicy {
  const types = random.pick([undefined, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"]]);
  const from = () => ({ ...(random.chance(0.9) ? { from: peers(random) } : {}), ...ports(random) });
  const to = () => ({ ...(random.chance(0.9) ? { to: peers(random) } : {}), ...ports(random) });
  return {
    metadata: { name, namespace: random.pick(namespaces) },
    spec: {
      podSelector: random.chance(0.4) ? {} : selector(random),
      ...(random.chance(0.75) ? { ingress: random.list(0, 2, from) } : {}),
      ...(random.chance(0.65) ? { egress: random.list(0, 2, to) } : {}),
      ...(types === undefined ? {} : { policyTypes: types }),
    },
  };
}

/** The world of one seed and number. */
export function randomWorld(seed: number, number: number): TwinWorld {
  const random = new Random(seed * 100_003 + number);
  return {
    namespaces: namespaces.map((name) => ({ name, labels: labels(random) })),
    pods: pods.map((pod) => ({ ...pod, labels: labels(random) })),
    networkPolicies: random.list(1, 8, () => 0).map((_, i) => policy(random, `np-${i}`)),
  };
}
