/** One rule of a security group, as the AWS API tells it. */
export interface GroupRule {
  readonly group: string;
  readonly direction: "ingress" | "egress";
  /** "-1": every protocol and port. */
  readonly protocol: "tcp" | "udp" | "-1";
  readonly from: number;
  readonly to: number;
  readonly peer:
    | { readonly kind: "group"; readonly id: string }
    | { readonly kind: "blocks"; readonly cidrs: readonly string[] };
}

/** Something with security groups: a pod, a database, an endpoint. */
export interface Interface {
  readonly namespace: string;
  readonly address: string;
  readonly groups: readonly string[];
  /** The address of the node that a pod is on. */
  readonly node: string | undefined;
}

/** Groups never filter these: instance metadata, the VPC's resolver, time. */
const neverFiltered = ["169.254.169.254", "169.254.169.253", "169.254.169.123"];

/**
 * The nftables ruleset that does to one interface's traffic what its security groups do, in the VPC CNI's `standard`
 * mode with external SNAT: stateful, closed unless a rule of any of its groups admits it, and nothing between pods of
 * one node, or a pod and its node, ever meets a group. Refuses what AWS drops, so that probes needn't wait.
 *
 * Written from AWS's documentation alone; nothing of the product is used, so no mistake can hide in both.
 */
export function firewallOf(own: Interface, all: readonly Interface[], rules: readonly GroupRule[]): string {
  const sameNode = all.filter(({ node }) => node !== undefined && node === own.node);
  const free = [
    ...neverFiltered,
    ...sameNode.map(({ address }) => address),
    ...(own.node === undefined ? [] : [own.node]),
  ];
  const members = (group: string) =>
    all.filter(({ groups }) => groups.includes(group)).map(({ address }) => address);
  const lines = (direction: GroupRule["direction"]): string[] => {
    const peer = direction === "ingress" ? "ip saddr" : "ip daddr";
    return rules
      .filter((rule) => rule.direction === direction && own.groups.includes(rule.group))
      .flatMap((rule) => {
        const peers = rule.peer.kind === "group" ? members(rule.peer.id) : rule.peer.cidrs;
        if (peers.length === 0) return [];
        const ports = rule.protocol === "-1" ? "" : ` ${rule.protocol} dport ${rule.from}-${rule.to}`;
        return peers.map((each) => `${peer} ${each}${ports} accept`);
      });
  };
  const chain = (name: string, hook: string, direction: GroupRule["direction"], peer: string, lo: string) => [
    `chain ${name} {`,
    `type filter hook ${hook} priority 0; policy drop;`,
    "ct state established,related accept",
    `${lo} "lo" accept`,
    `${peer} { ${[...new Set(free)].join(", ")} } accept`,
    ...lines(direction),
    "reject",
    "}",
  ];
  return [
    "table ip groups",
    "delete table ip groups",
    "table ip groups {",
    ...chain("arriving", "input", "ingress", "ip saddr", "iifname"),
    ...chain("leaving", "output", "egress", "ip daddr", "oifname"),
    "}",
    "",
  ].join("\n");
}
