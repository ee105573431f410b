import { resourceInvariant } from "../invariant";
import { judgeOpenings, openConfig } from "./openToEveryone";

export const networkPolicyNoEveryoneIngress = resourceInvariant({
  scope: "resource",
  name: "network-policy-no-everyone-ingress",
  description: "No NetworkPolicy rule lets everyone in.",
  stops:
    "Ingress rules without peers (absent and empty mean everyone), rules that select every pod of every namespace, and address blocks that are the internet or the whole cluster, alone or added up over the policy's rules. Leaving out some addresses doesn't make the internet narrow: a quarter of all public addresses counts as the internet.",
  remedy: "Name the peers of each ingress rule: namespaces and pods by label, or the addresses that need it.",
  severity: "critical",
  config: openConfig,
  example: { publicPorts: ["tcp/443"] },
  judge: (fact, config, context) =>
    fact.kind === "NetworkPolicy" ? judgeOpenings(fact, "ingress", config, context) : [],
});
