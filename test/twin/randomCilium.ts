import { Random } from "./random";
import { BLOCKS, NAMESPACES, PORT_NAMES, PORTS, selector } from "./randomWorld";
import type {
  TwinCiliumPolicy,
  TwinCiliumPort,
  TwinCiliumRule,
  TwinCiliumSpec,
  TwinSelector,
  TwinWorld,
} from "./world";

/** Cilium refuses blocks within which an exception isn't; these are written as they are printed. */
const CIDRS = BLOCKS.filter((cidr) => cidr !== "192.0.2.7/24");
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "0.0.0.0/0": ["10.0.0.0/8", "192.0.2.0/24"],
  "10.0.0.0/8": ["10.0.1.0/24", "10.0.0.0/8"],
  "::/0": ["fd00::/8"],
};
const ENTITIES = ["all", "world", "cluster", "host", "remote-node", "health", "none"];
const PREFIXES = ["", "", "k8s:", "any:"];

/** What a random policy may hold besides: what isn't surely known, or isn't in other implementations' worlds. */
export interface CiliumLatitude {
  /** What admits at most what it names: host names, groups, the API server, content, authentication. */
  readonly vague: boolean;
  readonly services: readonly { readonly namespace: string; readonly name: string }[];
}

const prefixed = (random: Random, { matchLabels = {}, matchExpressions }: TwinSelector): TwinSelector => ({
  matchLabels: Object.fromEntries(
    Object.entries(matchLabels).map(([key, value]) => [`${random.pick(PREFIXES)}${key}`, value]),
  ),
  ...(matchExpressions === undefined
    ? {}
    : {
        matchExpressions: matchExpressions.map((one) => ({
          ...one,
          key: `${random.pick(PREFIXES)}${one.key}`,
        })),
      }),
});

/** Pods by their own labels, and their namespace by its name or its labels. */
function endpoints(random: Random): TwinSelector {
  const own = random.chance(0.35) ? {} : prefixed(random, selector(random));
  const prefix = random.pick(PREFIXES);
  const kind = random.next();
  const also: Readonly<Record<string, string>> =
    kind < 0.3
      ? { [`${prefix}io.kubernetes.pod.namespace`]: random.pick(NAMESPACES) }
      : kind < 0.4
        ? { [`${prefix}io.cilium.k8s.namespace.labels.tier`]: random.pick(["x", "y", "z"]) }
        : kind < 0.48
          ? { [`${prefix}io.cilium.k8s.policy.serviceaccount`]: random.pick(["default", "other"]) }
          : {};
  const expression =
    kind > 0.9
      ? [
          random.chance(0.5)
            ? { key: `${prefix}io.kubernetes.pod.namespace`, operator: "Exists" }
            : {
                key: `${prefix}io.kubernetes.pod.namespace`,
                operator: "NotIn",
                values: [random.pick(NAMESPACES)],
              },
        ]
      : [];
  return {
    matchLabels: { ...own.matchLabels, ...also },
    matchExpressions: [...(own.matchExpressions ?? []), ...expression],
  };
}

function peers(
  random: Random,
  side: "from" | "to",
  does: "admit" | "deny",
  latitude: CiliumLatitude,
): object {
  const kind = random.next();
  if (kind < 0.12) return {};
  if (kind < 0.15) return { [`${side}Endpoints`]: [] };
  if (kind < 0.5) return { [`${side}Endpoints`]: random.list(1, 2, () => endpoints(random)) };
  if (kind < 0.68) {
    const entities = latitude.vague ? [...ENTITIES, "kube-apiserver"] : ENTITIES;
    return { [`${side}Entities`]: random.some(entities, 0.25) };
  }
  if (kind < 0.76) return { [`${side}CIDR`]: random.list(1, 2, () => random.pick([...CIDRS, "10.0.1.6"])) };
  if (kind < 0.88)
    return {
      [`${side}CIDRSet`]: random.list(1, 2, () => {
        const cidr = random.pick(CIDRS);
        const except = random.some(EXCEPTIONS[cidr] ?? [], 0.5);
        return { cidr, ...(except.length === 0 ? {} : { except }) };
      }),
    };
  const isEgress = side === "to" && does === "admit";
  if (isEgress && kind < 0.94 && latitude.services.length > 0) {
    const { namespace, name } = random.pick(latitude.services);
    return {
      toServices: [{ k8sService: { serviceName: name, ...(random.chance(0.7) ? { namespace } : {}) } }],
    };
  }
  if (!latitude.vague) return { [`${side}Endpoints`]: [endpoints(random)] };
  if (isEgress && kind < 0.97) return { toFQDNs: [{ matchName: "example.com" }] };
  return { [`${side}Groups`]: [{ aws: { securityGroupsIds: ["sg-1"] } }] };
}

function port(random: Random): TwinCiliumPort {
  const protocol = random.pick([undefined, "ANY", "TCP", "UDP", "SCTP"] as const);
  const own = protocol === undefined ? {} : { protocol };
  const kind = random.next();
  if (kind < 0.1) return { port: "0", ...own };
  if (kind < 0.35) return { port: random.pick(PORT_NAMES), ...own };
  const first = random.pick(PORTS);
  return kind < 0.55
    ? { port: String(first), endPort: first + random.between(-5, 400), ...own }
    : { port: String(first), ...own };
}

function ports(random: Random, does: "admit" | "deny", { vague }: CiliumLatitude): object {
  const kind = random.next();
  if (kind < 0.35) return {};
  if (kind < 0.38) return { toPorts: [] };
  if (kind < 0.41) return { toPorts: [{}] };
  if (kind < 0.46) return { icmps: [{ fields: [{ type: 8, family: "IPv4" }] }] };
  if (vague && does === "admit" && kind < 0.52)
    return {
      toPorts: [
        {
          ports: [{ port: String(random.pick(PORTS)), protocol: "TCP" }],
          rules: { http: [{ method: "GET" }] },
        },
      ],
    };
  return { toPorts: random.list(1, 2, () => ({ ports: random.list(1, 2, () => port(random)) })) };
}

function rule(
  random: Random,
  side: "from" | "to",
  does: "admit" | "deny",
  latitude: CiliumLatitude,
): TwinCiliumRule {
  const asks = latitude.vague && does === "admit" && random.chance(0.04);
  return {
    ...peers(random, side, does, latitude),
    ...ports(random, does, latitude),
    ...(asks ? { authentication: { mode: "required" as const } } : {}),
  };
}

function spec(random: Random, latitude: CiliumLatitude): TwinCiliumSpec {
  const list = (side: "from" | "to", does: "admit" | "deny") =>
    random.list(1, 2, () => rule(random, side, does, latitude));
  const sections = {
    ...(random.chance(0.5) ? { ingress: list("from", "admit") } : {}),
    ...(random.chance(0.3) ? { ingressDeny: list("from", "deny") } : {}),
    ...(random.chance(0.5) ? { egress: list("to", "admit") } : {}),
    ...(random.chance(0.3) ? { egressDeny: list("to", "deny") } : {}),
  };
  const some = Object.keys(sections).length > 0 ? sections : { ingress: [{}] };
  const whole = random.chance(0.35);
  return {
    endpointSelector: whole ? {} : endpoints(random),
    ...some,
    ...(random.chance(0.3)
      ? {
          enableDefaultDeny: {
            ingress: random.chance(0.4),
            ...(random.chance(0.5) ? { egress: random.chance(0.4) } : {}),
          },
        }
      : {}),
  };
}

/** Up to five policies of Cilium's own kinds. */
export function ciliumPolicies(random: Random, latitude: CiliumLatitude): readonly TwinCiliumPolicy[] {
  let count = 0;
  return random.list(0, 5, (): TwinCiliumPolicy => {
    const isLocal = random.chance(0.6);
    const specs = random.chance(0.1) ? random.list(1, 2, () => spec(random, latitude)) : undefined;
    return {
      apiVersion: "cilium.io/v2",
      kind: isLocal ? "CiliumNetworkPolicy" : "CiliumClusterwideNetworkPolicy",
      metadata: { name: `cilium${count++}`, ...(isLocal ? { namespace: random.pick(NAMESPACES) } : {}) },
      ...(specs === undefined ? { spec: spec(random, latitude) } : { specs }),
    };
  });
}

/** The same world on Cilium, with up to five policies of its own kinds; apart, so that a seed's world stays what it was. */
export function withCilium(world: TwinWorld, seed: number): TwinWorld {
  const { namespaces, pods, networkPolicies, services = [], podCidrs } = world;
  const random = new Random(seed + 4_000_000);
  const latitude: CiliumLatitude = {
    vague: random.chance(0.4),
    services: [...services, { namespace: "a", name: "missing" }],
  };
  return {
    ...{ namespaces, pods, networkPolicies, services, cni: "cilium" },
    ...(podCidrs === undefined ? {} : { podCidrs }),
    ...(random.chance(0.3) ? { sctp: true } : {}),
    ciliumPolicies: ciliumPolicies(random, latitude),
  };
}
