// Tests: test/reachability/evidence/cni.test.ts
import type { Direction } from "../../kubernetes";
import { PortSet } from "../../net";
import { podsOf } from "./policyPods";
import type { NetworkPolicy, Rule, RulePorts } from "./policy";
import type { World } from "./world";

/**
 * A policy's port names as the AWS VPC CNI's controller resolves them: on egress to a block, or to everybody, not at all; on
 * ingress, from whomever, to every number that any selected pod has for the name, at all of them. Source:
 * amazon-network-policy-controller-k8s, pkg/resolvers/endpoints.go.
 */
export function vpcCniPolicy(
  policy: NetworkPolicy,
  manifests: Pick<World, "namespaces" | "workloads">,
): NetworkPolicy {
  if (![...policy.ingress.rules, ...policy.egress.rules].some(({ ports }) => ports.named.length > 0))
    return policy;
  const rules = (side: Direction) =>
    policy[side].rules.flatMap((rule) => resolved(rule, side, policy, manifests));
  return {
    ...policy,
    ingress: { ...policy.ingress, rules: rules("ingress") },
    egress: { ...policy.egress, rules: rules("egress") },
  };
}

function resolved(
  rule: Rule,
  side: Direction,
  { namespace, podSelector }: NetworkPolicy,
  manifests: Pick<World, "namespaces" | "workloads">,
): readonly Rule[] {
  const { peers, ports } = rule;
  if (ports.named.length === 0) return [rule];
  if (side === "ingress")
    return [{ ...rule, ports: ofAnyPod(ports, podsOf(manifests, namespace, podSelector)) }];
  const withoutNames: RulePorts = { ...ports, named: [] };
  const nothing = ports.numbers.isEmpty() && ports.maybe.isEmpty();
  if (peers === "everyone") return nothing ? [] : [{ ...rule, ports: withoutNames }];
  const blocks = peers.filter(({ kind }) => kind === "block");
  const others = peers.filter(({ kind }) => kind !== "block");
  return [
    ...(blocks.length === 0 || nothing ? [] : [{ ...rule, peers: blocks, ports: withoutNames }]),
    ...(others.length === 0
      ? []
      : [
          {
            ...rule,
            peers: others,
            ports,
          },
        ]),
  ];
}

/** Names as all the numbers that some of these pods have for them. */
function ofAnyPod(ports: RulePorts, pods: ReturnType<typeof podsOf>): RulePorts {
  const found = ports.named.flatMap(({ name, protocol }) =>
    pods.flatMap(({ namedPorts }) =>
      namedPorts
        .filter((one) => one.name === name && one.protocol === protocol)
        .map(({ port }) => ({ protocol, from: port, to: port })),
    ),
  );
  const complete = pods.every(({ portsComplete }) => portsComplete);
  const pairs = [
    ...new Set([...(ports.pairs ?? []), ...found.map(({ protocol, from }) => `${protocol} ${from}-${from}`)]),
  ];
  return {
    numbers: ports.numbers.union(PortSet.of(found)),
    named: [],
    maybe: complete
      ? ports.maybe
      : ports.named.reduce((sum, { protocol }) => sum.union(PortSet.allOf(protocol)), ports.maybe),
    pairs,
  };
}
