import { PortSet } from "../../net";
import { podsOf } from "./policyPods";
import type { Policy, Rule, RulePorts } from "./policy";
import type { World } from "./world";

/**
 * A policy's port names as the AWS VPC CNI's controller resolves them: beside a block, or where everybody is meant, not at all; on
 * ingress to every number that any selected pod has for the name, at all of them. Source:
 * amazon-network-policy-controller-k8s, pkg/resolvers/endpoints.go.
 */
export function vpcCniPolicy(policy: Policy, manifests: Pick<World, "namespaces" | "workloads">): Policy {
  if (![...policy.ingress.rules, ...policy.egress.rules].some(({ ports }) => ports.named.length > 0))
    return policy;
  const rules = (side: "ingress" | "egress") =>
    policy[side].rules.flatMap((rule) => resolved(rule, side, policy, manifests));
  return {
    ...policy,
    ingress: { ...policy.ingress, rules: rules("ingress") },
    egress: { ...policy.egress, rules: rules("egress") },
  };
}

function resolved(
  rule: Rule,
  side: "ingress" | "egress",
  { namespace, podSelector }: Policy,
  manifests: Pick<World, "namespaces" | "workloads">,
): readonly Rule[] {
  const { peers, ports } = rule;
  if (ports.named.length === 0) return [rule];
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
            ports: side === "egress" ? ports : ofAnyPod(ports, podsOf(manifests, namespace, podSelector)),
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
