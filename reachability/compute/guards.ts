import type { Pass } from "./families";
import { PortSet } from "../../net";
import { type Classes, exactly } from "./classes";
import type { Guard, GuardRule } from "./direction";
import type { CiliumPolicy, DirectionRules, GroupWorld, NetworkPolicy, World } from "../read";
import { meansBlocks, meansNodes } from "./nodePeers";
import { IndexSet } from "./indexSet";
import type * as RuleTable from "./cni/ruleTable";
import type * as SharedChain from "./cni/sharedChain";
import type { Targets } from "./targets";

/** What guards the ends in both directions. */
export interface Layer {
  readonly egress: readonly Guard[];
  readonly ingress: readonly Guard[];
}

/** The layer of NetworkPolicies, as the cluster's plugin enforces them. */
export function policyLayer(world: World, targets: Targets, pass: Pass): Layer {
  const egress: Guard[] = [];
  const ingress: Guard[] = [];
  for (const policy of world.policies) {
    const guards = {
      egress: guardOf(policy, policy.egress, targets, pass),
      ingress: guardOf(policy, policy.ingress, targets, pass),
    };
    for (const [side, all] of [
      ["egress", egress],
      ["ingress", ingress],
    ] as const)
      if (guards[side] !== undefined) all.push(...byNode(guards[side], policy, policy[side], targets, pass));
    if (world.cni !== "k3s") continue;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- other plugins have none
    const { sharedChain } = require("./cni/sharedChain") as typeof SharedChain;
    const crossed = sharedChain(guards);
    egress.push(...crossed.egress);
    ingress.push(...crossed.ingress);
  }
  for (const policy of world.cilium) {
    egress.push(...ciliumGuards(policy, policy.egress, targets, pass));
    ingress.push(...ciliumGuards(policy, policy.ingress, targets, pass));
  }
  if (world.cni !== "aws-vpc-cni") return { egress, ingress };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- other plugins have none
  const { tableGuards } = require("./cni/ruleTable") as {
    readonly tableGuards: typeof RuleTable.tableGuards;
  };
  const table = (side: "egress" | "ingress", guards: readonly Guard[]) =>
    tableGuards(tablePolicies(world, side, targets), guards, targets, pass);
  return { egress: table("egress", egress), ingress: table("ingress", ingress) };
}

function guardOf(
  { namespace, podSelector }: NetworkPolicy,
  side: DirectionRules,
  targets: Targets,
  pass: Pass,
): Guard | undefined {
  if (side.isolates === "no") return undefined;
  const selected = targets.pods(namespace, podSelector);
  // Pods that nobody has need no guard.
  if (selected.upper.isEmpty()) return undefined;
  return { selected, isolates: side.isolates, rules: resolveRules(side.rules, namespace, targets, pass) };
}

/** A guard, or one for each node of its pods, where blocks tell a pod's own node from others. */
function byNode(
  guard: Guard,
  { namespace }: NetworkPolicy,
  { rules }: DirectionRules,
  targets: Targets,
  pass: Pass,
): readonly Guard[] {
  if (!targets.ownNodeWhole || !meansBlocks(rules)) return [guard];
  return targets.byNode(guard.selected).map(([node, selected]) => ({
    ...guard,
    selected,
    rules: resolveRules(rules, namespace, targets, pass, node),
  }));
}

/** The guards of a Cilium policy in one direction: one for each node, where its rules tell a pod's own node from others. */
function ciliumGuards(
  { subject }: CiliumPolicy,
  { isolates, rules }: DirectionRules,
  targets: Targets,
  pass: Pass,
): readonly Guard[] {
  if (isolates === "no" && rules.length === 0) return [];
  const whole = targets.podsIn(subject.namespaces, subject.pods);
  if (whole.upper.isEmpty()) return [];
  const tells = meansNodes(rules) || (targets.ownNodeWhole && meansBlocks(rules));
  const parts = tells ? targets.byNode(whole) : [[undefined, whole] as const];
  return parts.flatMap(([node, selected]): readonly Guard[] => {
    const resolved = resolveRules(rules, "", targets, pass, node);
    const joining: Guard = { selected, isolates: "no", joins: true, rules: resolved };
    if (isolates === "no") return [joining];
    // Its rules admit for sure, even where it isn't sure that it isolates.
    const guard: Guard = { selected, isolates, rules: resolved };
    return isolates === "maybe" ? [guard, joining] : [guard];
  });
}

const tablePolicies = (
  { policies }: World,
  side: "egress" | "ingress",
  targets: Targets,
): RuleTable.TablePolicy[] =>
  policies
    .filter((policy) => policy[side].isolates === "yes")
    .map(({ namespace, podSelector, [side]: { rules } }) => ({
      namespace,
      rules,
      selected: targets.pods(namespace, podSelector),
    }));

function resolveRules(
  rules: DirectionRules["rules"],
  namespace: string,
  targets: Targets,
  pass: Pass,
  node?: string,
): GuardRule[] {
  const resolved: GuardRule[] = [];
  for (const { peers, ports, atMost } of rules) {
    if (peers === "everyone") resolved.push({ peers: targets.everyone, ports });
    else {
      for (const peer of peers) {
        const found = targets.peer(peer, namespace, pass, node);
        const meant = atMost === undefined ? found : targets.atMost(found);
        if (!found.upper.isEmpty()) resolved.push({ peers: meant, ports });
      }
    }
  }
  return resolved;
}

/** The layer of security groups: every end that carries groups is isolated both ways. */
export function groupLayer({ groups }: GroupWorld, classes: Classes, targets: Targets, pass: Pass): Layer {
  const guard = (side: "egress" | "ingress"): Guard[] => [
    ...groups.map(({ id, [side]: rules }): Guard => ({
      selected: targets.group(id),
      isolates: "yes",
      rules: resolveRules(rules, "", targets, pass),
    })),
    ...unjudged(classes, targets),
  ];
  return { egress: guard("egress"), ingress: guard("ingress") };
}

/** Ends whose groups aren't all known: they are isolated, and what opens them may be anything. */
function unjudged({ all }: Classes, targets: Targets): Guard[] {
  const members = [...all.keys()].filter((number) => {
    const groups = all[number]?.groups;
    return groups?.ids !== undefined && !groups.known;
  });
  if (members.length === 0) return [];
  const ports = { numbers: PortSet.empty, named: [], maybe: PortSet.all };
  const peers = targets.peer({ kind: "unknown" }, "");
  return [
    { selected: exactly(IndexSet.of(all.length, members)), isolates: "yes", rules: [{ peers, ports }] },
  ];
}

/** Whether some answer of these layers may be in doubt, so that the two bounds have to be computed apart. */
export function hasUnknowns({ egress, ingress }: Layer, { all }: Classes): boolean {
  const portsKnown = all.every(({ portsComplete }) => portsComplete);
  return [...egress, ...ingress].some(
    ({ selected, isolates, rules }) =>
      isolates === "maybe" ||
      selected.lower !== selected.upper ||
      rules.some(
        ({ peers, ports }) =>
          peers.lower !== peers.upper || !ports.maybe.isEmpty() || (ports.named.length > 0 && !portsKnown),
      ),
  );
}
