import { resourceInvariant } from "../invariant";
import { judgeTierOpenings, openConfig } from "../judgment";

export const clusterNetworkPolicyNoEveryoneEgress = resourceInvariant({
  scope: "resource",
  name: "cluster-network-policy-no-everyone-egress",
  description: "No ClusterNetworkPolicy or AdminNetworkPolicy lets pods go everywhere.",
  stops:
    "Accept and Allow rules of either tier that lead to every pod of every namespace, to the internet together with private ranges or on half of a protocol's ports or more, or to the whole cluster, as network-policy-no-everyone-egress does for NetworkPolicies. The kinds have no exceptions: what an earlier rule of the same policy denies, or passes on in the Admin tier, isn't counted, so the internet is written as a Deny of the private ranges before its Accept. Host names and nodes aren't judged.",
  remedy:
    "Name the destinations of each Accept rule; deny the private ranges before a rule that accepts the internet, and state its ports.",
  severity: "high",
  config: openConfig,
  example: { publicPorts: ["udp/123"] },
  judge: (fact, config, context) =>
    fact.kind === "TierPolicy" ? judgeTierOpenings(fact, "egress", config, context) : [],
});
