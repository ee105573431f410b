import { resourceInvariant } from "../invariant";
import { judgeOpenings, openConfig } from "../judgment";

export const networkPolicyNoEveryoneEgress = resourceInvariant({
  scope: "resource",
  name: "network-policy-no-everyone-egress",
  description: "No NetworkPolicy rule lets pods go everywhere.",
  stops:
    "Egress rules without peers (also those that state ports), rules that select every pod of every namespace (also all but some: by NotIn, by DoesNotExist, or by Exists of a label that namespace-labels asks of every namespace), and address blocks that hold the internet together with private ranges or on half of a protocol's ports or more, alone or added up over the policy's rules. The internet on stated ports is a destination like others if it leaves out 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7 and the cluster's own ranges; a private destination beside it is a peer of its own. What counts as the internet or as the cluster is network-policy-no-everyone-ingress's: a whole private range is too much unless `settings.clusterRanges` tells where the cluster is.",
  remedy:
    "Name the destinations of each egress rule; write the internet without its private ranges, and state its ports.",
  severity: "high",
  config: openConfig,
  example: { publicPorts: ["udp/123"] },
  judge: (fact, config, context) =>
    fact.kind === "NetworkPolicy" ? judgeOpenings(fact, "egress", config, context) : [],
});
