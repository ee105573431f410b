import { AddressSet } from "../../../net/addressSet";
import type { CompiledSite, CompiledTenant } from "../../../compile/aws/compile";
import { type GroupRef, groupKey } from "../../../compile/aws/groupRef";
import type { CompiledGroupRule } from "../../../compile/aws/rule";

/**
 * The brute-force judge of security groups: one end, the other, one port, rule by rule, straight from AWS's words. An
 * end is what AWS sees of it: its groups and its address. Ends are on different nodes.
 */
export interface JudgedEnd {
  readonly groups: readonly GroupRef[];
  readonly address: string;
  /** Of what prefix list the address is, if any. */
  readonly prefixList?: string;
}

/** Groups of the cluster's owner: they let everything out and each other in. */
export type OwnersGroups = ReadonlySet<string>;

export function groupsAdmit(
  rules: readonly CompiledGroupRule[],
  owners: OwnersGroups,
  from: JudgedEnd,
  to: JudgedEnd,
  protocol: "tcp" | "udp",
  port: number,
): boolean {
  const admits = (
    rule: CompiledGroupRule,
    on: JudgedEnd,
    other: JudgedEnd,
    direction: CompiledGroupRule["direction"],
  ) =>
    rule.direction === direction &&
    on.groups.some((group) => groupKey(group) === groupKey(rule.on)) &&
    peerIs(rule, other) &&
    trafficIs(rule, protocol, port);
  const isOwners = ({ groups }: JudgedEnd) => groups.some((group) => owners.has(groupKey(group)));
  const out =
    from.groups.length === 0 || isOwners(from) || rules.some((rule) => admits(rule, from, to, "egress"));
  const into =
    to.groups.length === 0 ||
    (isOwners(to) && isOwners(from)) ||
    rules.some((rule) => admits(rule, to, from, "ingress"));
  return out && into;
}

function peerIs({ peer }: CompiledGroupRule, { groups, address, prefixList }: JudgedEnd): boolean {
  switch (peer.kind) {
    case "group":
      return groups.some((group) => groupKey(group) === groupKey(peer.group));
    case "cidr":
      return AddressSet.of(peer.cidr).containsAddress(address);
    case "prefix-list":
      return prefixList === peer.id;
  }
}

const trafficIs = ({ traffic }: CompiledGroupRule, protocol: "tcp" | "udp", port: number): boolean =>
  traffic.kind === "everything" ||
  (traffic.protocol === protocol && traffic.from <= port && port <= traffic.to);

/** Every rule of a cluster, whoever registers it. */
export const allRules = ({ tenants, shared }: CompiledSite): readonly CompiledGroupRule[] => [
  ...shared.rules,
  ...tenants.flatMap(({ rules }) => rules),
];

/** What a pod with these labels has: the groups of all policies that select it, else the nodes'. */
export function podGroups(
  { attachments }: Pick<CompiledTenant, "attachments">,
  labels: Readonly<Record<string, string>>,
  nodes: string,
): readonly GroupRef[] {
  const own = attachments
    .filter(({ selects }) => Object.entries(selects.labels).every(([key, value]) => labels[key] === value))
    .flatMap(({ groups }) => groups);
  return own.length > 0 ? own : [{ kind: "given", id: nodes }];
}
