import type { Resource } from "../../engine";
import { PROTOCOLS } from "../../net/ports";
import { selects } from "../twin/matches";
import { connected, type Verdict } from "../twin/twin";
import type { TwinEnd, TwinNamespace, TwinPod, TwinPolicy, TwinSelector, TwinWorld } from "../twin/world";
import { type Mutant, omit } from "./stack";

/**
 * Whether a mutant opens nothing that the stack as generated doesn't, by the brute-force twin: each connection between
 * representative ends, asked of both worlds. Every label that a selector of either world asks for is some pod's, alone,
 * together and not at all, in every namespace that one names and in a stranger's; every edge of every block is an address,
 * and every edge of every range a port. Undefined where the change is about something that the twin doesn't know.
 * @returns a connection that it opens, or null where there is none.
 */
export function openedBy(mutant: Mutant, podCidrs: PodCidrs): string | null | undefined {
  const changed = [
    ...mutant.set,
    ...mutant.stack.resources.filter(({ urn }) => mutant.without.includes(urn)),
  ];
  // A group's rules only allow, and add up: with one of them less, nothing more is allowed.
  if (mutant.set.length === 0 && changed.every(isGroupRule)) return null;
  if (changed.length === 0 || !changed.every(isPolicy)) return undefined;
  const [{ provider }] = changed as [Resource];
  const before = policiesIn(mutant.stack.resources, provider);
  const after = policiesIn(mutant.resources, provider);
  const urns = new Set(changed.map(({ urn }) => urn));
  const touched = [...mutant.stack.resources, ...mutant.resources]
    .filter(({ urn }) => urns.has(urn))
    .map(policyOf);
  const ranges = podCidrs(clusterOf(provider));
  const world = worldOf([...before, ...after], mutant.stack.resources, provider, ranges);
  return compare({ ...world, networkPolicies: before }, { ...world, networkPolicies: after }, touched);
}

/** The ranges of a cluster's pods, by its name. */
export type PodCidrs = (cluster: string) => readonly string[];

/** The cluster's name is that of its provider, whose reference is URN::ID. */
const clusterOf = (provider: string): string => provider.split("::").at(-2) ?? "";

const isGroupRule = ({ type }: Resource) => /:SecurityGroup(In|E)gressRule$/.test(type);
const isPolicy = ({ type }: Resource) => type.endsWith(":NetworkPolicy");
const policyOf = ({ inputs }: Resource) => inputs as unknown as TwinPolicy;
const policiesIn = (resources: readonly Resource[], provider: string): TwinPolicy[] =>
  resources.filter((one) => isPolicy(one) && one.provider === provider).map(policyOf);

const rulesOf = ({ spec = {} }: TwinPolicy) => [
  ...(spec.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports })),
  ...(spec.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports })),
];

const NAME = "kubernetes.io/metadata.name";

function worldOf(
  policies: readonly TwinPolicy[],
  resources: readonly Resource[],
  provider: string,
  podCidrs: readonly string[],
): TwinWorld {
  const peers = policies.flatMap(rulesOf).flatMap((rule) => rule.peers);
  const podLabels = distinct([
    ...policies.flatMap(({ spec }) => labelSets(spec?.podSelector)),
    ...peers.flatMap(({ podSelector }) => labelSets(podSelector)),
  ]);
  const spoken = peers.flatMap(({ namespaceSelector }) => labelSets(namespaceSelector));
  const named = new Set([
    ...policies.map(({ metadata }) => metadata?.namespace ?? "default"),
    ...spoken.flatMap((labels) => labels[NAME] ?? []),
  ]);
  const declared = resources
    .filter((one) => one.type.endsWith(":Namespace") && one.provider === provider)
    .map(({ inputs }) => (inputs as unknown as { metadata: TwinNamespace }).metadata);
  const strangers = distinct(spoken.map((labels) => omit(labels, NAME))).map((labels, index) => ({
    name: `stranger-${index}`,
    labels,
  }));
  const namespaces = [
    ...[...named].map((name) => declared.find((one) => one.name === name) ?? { name }),
    ...strangers,
  ];
  const kinds = differing(podLabels, [
    ...policies.map(({ spec }) => spec?.podSelector ?? {}),
    ...peers.flatMap(({ podSelector }) => podSelector ?? []),
  ]);
  const pods = namespaces.flatMap(({ name: namespace }) =>
    kinds.map((labels, index): TwinPod => ({ namespace, name: `pod-${index}`, labels })),
  );
  return { namespaces, pods, networkPolicies: [], podCidrs };
}

/** One of all labels that no selector tells apart. */
function differing(
  labels: readonly Record<string, string>[],
  selectors: readonly TwinSelector[],
): Record<string, string>[] {
  const kinds = new Map(
    labels.map((one) => [selectors.map((selector) => Number(selects(selector, one))).join(""), one]),
  );
  return [...kinds.values()];
}

/** The labels that a selector speaks of: all together, each alone, another value, and none. */
function labelSets(selector: TwinSelector | undefined): Record<string, string>[] {
  const labels = [
    ...Object.entries(selector?.matchLabels ?? {}),
    ...(selector?.matchExpressions ?? []).flatMap(({ key, values = ["any"] }) =>
      values.map((value) => [key, value] as const),
    ),
  ];
  return [
    {},
    Object.fromEntries(labels),
    ...labels.flatMap(([key, value]) => [{ [key]: value }, { [key]: "another" }]),
  ];
}

const distinct = <T extends object>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(Object.entries(item).sort()), item])).values(),
];

const RANK: Readonly<Record<Verdict, number>> = { blocked: 0, unknown: 1, allowed: 2 };

/**
 * The first connection of a pod that a touched policy selects, as it was or as it is, which the second world opens: about
 * no other pod do the worlds differ.
 */
function compare(before: TwinWorld, after: TwinWorld, touched: readonly TwinPolicy[]): string | null {
  const own = before.pods.filter((pod) => touched.some((policy) => concerns(policy, pod)));
  const outside = addressesOf(touched);
  const ports = portsOf(touched, [...before.networkPolicies, ...after.networkPolicies]);
  const others: TwinEnd[] = [...before.pods, ...outside.map((address) => ({ address }))];
  for (const pod of own) {
    for (const other of others) {
      const ends = [pod, ...("address" in other ? [] : [other])] as readonly TwinPod[];
      const [then, now] = [before, after].map((world) => about(ends, world)) as [TwinWorld, TwinWorld];
      for (const [from, to] of [
        [pod, other],
        [other, pod],
      ] as const) {
        for (const protocol of PROTOCOLS) {
          const opened = ports.find((port) => {
            const verdict = connected(then, from, to, protocol, port);
            return verdict !== "allowed" && RANK[connected(now, from, to, protocol, port)] > RANK[verdict];
          });
          if (opened !== undefined) return `${nameOf(from)} → ${nameOf(to)} ${protocol} ${opened}`;
        }
      }
    }
  }
  return null;
}

/** The part of a world that decides between some pods: other policies select neither. */
const about = (pods: readonly TwinPod[], world: TwinWorld): TwinWorld => ({
  ...world,
  pods,
  networkPolicies: world.networkPolicies.filter((policy) => pods.some((pod) => concerns(policy, pod))),
});

const nameOf = (end: TwinEnd | TwinPod): string =>
  "address" in end ? end.address : `${end.namespace}/${JSON.stringify((end as TwinPod).labels ?? {})}`;

const concerns = ({ metadata, spec }: TwinPolicy, { namespace, labels }: TwinPod): boolean =>
  (metadata?.namespace ?? "default") === namespace && selects(spec?.podSelector ?? {}, labels ?? {});

/**
 * Whether no packet goes to an address: this network, loopback, 192.0.0.0/24, multicast and what is reserved above it.
 * Source: RFC 6890 (destination: false), RFC 5771.
 */
const isNobodys = (address: bigint): boolean => {
  const first = address >> 24n;
  return first === 0n || first === 127n || first >= 224n || address >> 8n === 0xc00000n;
};

/** The first and the last address of each IPv4 block, and their neighbours outside; one of IPv6. */
function addressesOf(policies: readonly TwinPolicy[]): string[] {
  const blocks = policies
    .flatMap(rulesOf)
    .flatMap(({ peers }) =>
      peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [])),
    );
  const found = new Set<string>(["203.0.113.9", "2001:db8::9", "2600::9"]);
  for (const block of new Set(blocks)) {
    const [address = "", prefix = ""] = block.split("/");
    if (address.includes(":")) continue;
    const value = address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    const size = 1n << BigInt(32 - Number(prefix));
    const first = (value / size) * size;
    for (const edge of [first - 1n, first, first + size - 1n, first + size]) {
      if (edge >= 0n && edge < 1n << 32n && !isNobodys(edge))
        found.add([24n, 16n, 8n, 0n].map((shift) => String((edge >> shift) & 255n)).join("."));
    }
  }
  return [...found];
}

/** Each port that a rule begins or ends with; of the touched policies' its neighbours, too. */
function portsOf(touched: readonly TwinPolicy[], all: readonly TwinPolicy[]): number[] {
  const beside = edgesOf(touched).flatMap((edge) => [edge - 1, edge + 1]);
  const found = new Set([1, 22, 65535, ...edgesOf(all), ...beside]);
  return [...found].filter((port) => port >= 1 && port <= 65535).sort((a, b) => a - b);
}

const edgesOf = (policies: readonly TwinPolicy[]): number[] =>
  policies
    .flatMap(rulesOf)
    .flatMap(({ ports }) =>
      ports.flatMap(({ port, endPort }) => (typeof port === "number" ? [port, endPort ?? port] : [])),
    );
