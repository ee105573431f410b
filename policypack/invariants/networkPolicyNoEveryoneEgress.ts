import { resourceInvariant } from "../invariant";
import { judgeOpenings, openConfig } from "./openToEveryone";

export const networkPolicyNoEveryoneEgress = resourceInvariant({
  scope: "resource",
  name: "network-policy-no-everyone-egress",
  description: "No NetworkPolicy rule lets pods go everywhere.",
  stops:
    "Egress rules without peers (also those that state ports), rules that select every pod of every namespace, and address blocks that hold the internet together with private ranges or on every port, alone or added up over the policy's rules. The internet on stated ports is a destination like others if it leaves out 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7 and the cluster's own ranges; a private destination beside it is a peer of its own.",
  remedy:
    "Name the destinations of each egress rule; write the internet without its private ranges, and state its ports.",
  severity: "high",
  config: openConfig,
  example: { publicPorts: ["udp/123"] },
  judge: (fact, config, context) =>
    fact.kind === "NetworkPolicy" ? judgeOpenings(fact, "egress", config, context) : [],
});
