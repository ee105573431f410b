import { resourceInvariant } from "../invariant";
import { judgeOpenings, openConfig } from "../judgment";

export const networkPolicyNoEveryoneIngress = resourceInvariant({
  scope: "resource",
  name: "network-policy-no-everyone-ingress",
  description: "No NetworkPolicy rule lets everyone in.",
  stops:
    "Ingress rules without peers (absent and empty mean everyone), rules that select every pod of every namespace (also all but some: by NotIn, by DoesNotExist, or by Exists of a label that namespace-labels asks of every namespace), and address blocks that are the internet or the whole cluster, alone or added up over the policy's rules. Leaving out some addresses doesn't make the internet narrow: an IPv4 block wider than a /8, four /8s' worth of blocks of a /9 or wider, a twentieth of all public IPv4 addresses, or as many public IPv6 addresses as half of a /16 count as the internet. Without `settings.clusterRanges` a whole private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fd00::/8) counts as the cluster.",
  remedy: "Name the peers of each ingress rule: namespaces and pods by label, or the addresses that need it.",
  severity: "critical",
  config: openConfig,
  example: { publicPorts: ["tcp/443"] },
  judge: (fact, config, context) =>
    fact.kind === "NetworkPolicy" ? judgeOpenings(fact, "ingress", config, context) : [],
});
