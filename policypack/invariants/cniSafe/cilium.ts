// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { AddressSet, POD_IDENTITY_AGENT } from "../../../net";
import { hiddenByCilium, hiddenOfNamespace } from "../../../reachability/read";
import type { NetworkPolicyFact } from "../../facts";
import { addressesIn } from "../../judgment";
import type { Settings } from "../../settings";
import type { Unread } from "../../values";
import { blocksOf, type Defect, type JudgedRule, keysIn, peersOf, portsIn } from "./defect";

/** What Cilium makes otherwise of one rule. Sources: Cilium 1.20.2, by packets; its issues 19601 and 34387. */
export function forCilium({ rule }: JudgedRule, { clusterRanges }: Settings, unread: Unread[]): Defect[] {
  const inside = AddressSet.of(...clusterRanges, ...POD_IDENTITY_AGENT.cidrs);
  const blocks = blocksOf(rule, unread).flatMap(({ path, cidr }): Defect[] => {
    const set = cidr.known ? addressesIn(cidr.value) : undefined;
    if (!cidr.known || set === undefined || !inside.covers(set)) return [];
    return [
      {
        wrong: "a block within the cluster never matches pods or nodes",
        evidence: `${path}.ipBlock.cidr is ${cidr.value}`,
        remedy: `name pods by labels in ${path}; the node's own services need a CiliumNetworkPolicy with toEntities: [host]`,
      },
    ];
  });
  const sctp = portsIn(rule, unread).flatMap(({ path, protocol }): Defect[] =>
    protocol.known && protocol.value === "SCTP"
      ? [
          {
            wrong: "SCTP passes only where enable-sctp is on, and it is off by default",
            evidence: `${path}.protocol is SCTP`,
            remedy: "set enable-sctp in Cilium's configuration",
          },
        ]
      : [],
  );
  const labels = peersOf(rule, unread).flatMap(({ path, podSelector, namespaceSelector }) => [
    ...hiddenLabels(`${path}.podSelector`, podSelector.known ? keysIn(podSelector.value ?? []) : []),
    ...hiddenOfNamespaces(
      `${path}.namespaceSelector`,
      namespaceSelector.known ? keysIn(namespaceSelector.value ?? []) : [],
    ),
  ]);
  return [...blocks, ...sctp, ...labels];
}

/** What Cilium makes otherwise of whom a policy selects. */
export const ofSelected = ({ podSelector }: NetworkPolicyFact): Defect[] =>
  hiddenLabels("spec.podSelector", keysIn(podSelector));

const hiddenLabels = (path: string, keys: readonly string[]): Defect[] =>
  keys.filter(hiddenByCilium).map((key) => ({
    wrong: `the label ${key} isn't part of a pod's identity, so no selector sees it`,
    evidence: `${path} asks about ${key}`,
    remedy: `write a label of the pods' own in ${path}`,
  }));

const hiddenOfNamespaces = (path: string, keys: readonly string[]): Defect[] =>
  keys.filter(hiddenOfNamespace).map((key) => ({
    wrong: `the label ${key} of a namespace isn't part of its pods' identities, so no selector sees it`,
    evidence: `${path} asks about ${key}`,
    remedy: `write another label of the namespace in ${path}`,
  }));
