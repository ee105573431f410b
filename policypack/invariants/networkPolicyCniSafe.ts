import * as z from "zod";
import { DIRECTIONS } from "../../kubernetes";
import { type AddonFact, isIgnored, type NetworkPolicyFact } from "../facts";
import { AddressSet } from "../../net";
import { type Finding, notice, undecided, violation } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import { clusterAddresses, seenPods, stackEnds } from "../judgment";
import type { Settings } from "../settings";
import { type Unread, unreadOf } from "../values";
import { forCilium, ofSelected } from "./cniSafe/cilium";
import type { ClusterView } from "./cniSafe/clusterView";
import { crowdedPeers, podPlaces } from "./cniSafe/crowdedPeers";
import { beyondTypes, type Defect, type JudgedRule, type PolicyDefect } from "./cniSafe/defect";
import { forK3s, oneChain } from "./cniSafe/k3s";
import { togetherOf } from "./cniSafe/together";
import { forVpcCni } from "./cniSafe/vpcCni";

const CNIS = ["aws-vpc-cni", "calico", "cilium", "flannel", "k3s"] as const;
type ConfiguredCni = (typeof CNIS)[number];

export const networkPolicyCniSafe = resourceInvariant({
  scope: "resource",
  name: "network-policy-cni-safe",
  description: "Every NetworkPolicy is enforced as written by the configured CNIs.",
  stops:
    "What the CNIs named in the configuration don't enforce as the API means it, of one rule, of all that hold for the same pods, and of the pods that the stack shows. aws-vpc-cni: `except` (its longest-prefix match lets one rule's exception cut into another's block), CIDRs with host bits (they collide), port names in egress to an address block or to everybody (skipped), an ingress rule's port name that selected pods have for different numbers (each is open at all of them), rules in a direction that `policyTypes` leaves out (they isolate, and they open), more than 24 ports for one peer, counted over rules and policies, with those of blocks and selectors that mean the same pods; rules for pods that don't open the Service that leads to them, because it asks for fewer labels or its target is another port, or that open a Service of other pods; workloads whose pods share one rule set by their names, and that policies tell apart; the add-on vpc-cni without `enableNetworkPolicy` (it enforces no policy at all). cilium: address blocks that hold nothing but addresses of the cluster's own (by the configured ranges, and by the pods, nodes and Services that the stack shows) or are the Pod Identity agent, which it never matches; rules in a direction that `policyTypes` leaves out; labels that it leaves out of identities, such as pod-template-hash; SCTP; port names of init containers (sidecars), and one name for two protocols. k3s: rules of both directions in one policy that mean its own pods (they are one chain), port names in egress to an address block or to everybody, port names that no pod has (every port is open) or only init containers have, an exception in another block of the same rule. flannel alone: every policy, because it enforces none. calico, cilium and k3s: blocks of a Service's address, because they see the pods behind. What no rule could change is remarked and never blocks: that pods reach their own node by a rule only (cilium), that a block holds some addresses that it doesn't match (cilium) or Services that it doesn't open, that packets of the family that the cluster isn't set up for pass unfiltered (aws-vpc-cni). Without configuration nothing is judged.",
  remedy: "Write the rule in the way that the message gives for the CNI.",
  severity: "high",
  config: z.strictObject({
    cni: z
      .array(z.enum(CNIS))
      .default([])
      .describe(
        "The CNIs of the clusters that the stack deploys to; what one of them wouldn't enforce is reported.",
      ),
  }),
  example: { cni: ["aws-vpc-cni"] },
  judge(fact, { cni }, context) {
    if (fact.kind === "Addon") return cni.includes("aws-vpc-cni") ? judgeAddon(fact) : [];
    if (fact.kind !== "NetworkPolicy") return [];
    return cni.flatMap((name) => judge(fact, name, context));
  },
  judgeTogether(facts, { cni }, { settings }) {
    const around: ClusterView = {
      seen: seenPods(facts),
      ends: stackEnds(facts),
      settings,
      ranges: AddressSet.of(...settings.clusterRanges),
      addressesIn: clusterAddresses(facts),
    };
    return cni.flatMap((name) => togetherOf(name, facts, around).map((found) => findingOf(found, name)));
  },
});

function judge(policy: NetworkPolicyFact, cni: ConfiguredCni, { settings }: Context): Finding[] {
  const rules = DIRECTIONS.map((direction) => {
    return { direction, ignored: isIgnored(policy, direction), field: policy[direction].rules };
  });
  // What the API ignores is enforced by these.
  const beyond = cni === "aws-vpc-cni" || cni === "cilium";
  const judgedRules = rules.filter(({ ignored }) => !ignored || beyond);
  const unread: Unread[] = unreadOf(judgedRules.map(({ field }) => field));
  const written = judgedRules.flatMap(({ direction, ignored, field }) =>
    (field.known ? field.value : []).map((rule) => ({ rule, direction, ignored })),
  );
  const crowded =
    cni === "aws-vpc-cni"
      ? DIRECTIONS.flatMap((direction) =>
          crowdedPeers(
            written
              .filter((one) => one.direction === direction && !one.ignored)
              .map(({ rule }) => ({ policy, rule, place: rule.path })),
            podPlaces(settings),
            unread,
          ),
        )
      : [];
  const defects = [
    ...written.flatMap(({ ignored, ...one }) =>
      ignored ? [beyondTypes(one.rule, one.direction)] : ofRule(cni, one, settings, unread),
    ),
    ...ofPolicy(cni, policy),
    ...crowded.flatMap(({ found }) => ("defect" in found ? [found.defect] : [])),
  ];
  const doubtful = crowded.flatMap(({ found }) => ("open" in found ? found.open : []));
  const judged = beyond || cni === "k3s";
  return [
    ...defects.map((defect) => notAsWritten(policy, cni, defect)),
    ...(judged && unread.length + doubtful.length > 0
      ? [undecided(policy, [...unread, ...doubtful], asWrittenBy(cni))]
      : []),
  ];
}

function findingOf(found: PolicyDefect, cni: ConfiguredCni): Finding {
  const { policy } = found;
  if ("defect" in found) return notAsWritten(policy, cni, found.defect);
  return "remark" in found ? notice(policy, found.remark) : undecided(policy, found.open, asWrittenBy(cni));
}

const asWrittenBy = (cni: ConfiguredCni): string => `${cni} enforces it as written`;

const notAsWritten = (
  policy: NetworkPolicyFact,
  cni: ConfiguredCni,
  { wrong, evidence, remedy }: Defect,
): Finding =>
  violation(policy, {
    wrong: `isn't enforced as written by ${cni}: ${wrong}`,
    why: "what is allowed and denied isn't what the policy says",
    evidence,
    remedy,
  });

/** What a CNI makes otherwise of one rule. */
function ofRule(cni: ConfiguredCni, rule: JudgedRule, settings: Settings, unread: Unread[]): Defect[] {
  switch (cni) {
    case "aws-vpc-cni":
      return forVpcCni(rule, unread);
    case "cilium":
      return forCilium(rule, settings, unread);
    case "k3s":
      return forK3s(rule, unread);
    case "flannel":
    case "calico":
      return [];
  }
}

/** What it makes otherwise of a policy as a whole. */
function ofPolicy(cni: ConfiguredCni, policy: NetworkPolicyFact): Defect[] {
  switch (cni) {
    case "cilium":
      return ofSelected(policy);
    case "k3s":
      return oneChain(policy);
    case "flannel":
      return [enforcesNothing];
    case "aws-vpc-cni":
    case "calico":
      return [];
  }
}

const enforcesNothing: Defect = {
  wrong: "flannel doesn't enforce NetworkPolicies",
  evidence: "network-policy-cni-safe.cni lists flannel",
  remedy: "run a policy controller beside flannel, or another CNI",
};

/** The add-on enforces policies only if it is told to. Source: Amazon EKS user guide, "Limit Pod traffic with network policies". */
function judgeAddon(addon: AddonFact): Finding[] {
  const { name, networkPolicy } = addon;
  const question = "the VPC CNI enforces any NetworkPolicy";
  if (!name.known) return [undecided(addon, [name], question)];
  if (name.value !== "vpc-cni") return [];
  if (!networkPolicy.known) return [undecided(addon, [networkPolicy], question)];
  if (networkPolicy.value === "true") return [];
  return [
    violation(addon, {
      wrong: "doesn't enforce NetworkPolicies",
      why: "every pod of the cluster reaches every other, whatever its policies say",
      evidence: `enableNetworkPolicy in configurationValues is ${networkPolicy.value ?? "absent"}, which the add-on reads as off`,
      remedy: 'write configurationValues: JSON.stringify({ enableNetworkPolicy: "true" })',
    }),
  ];
}
