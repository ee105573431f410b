// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { DIRECTIONS, matches } from "../../../kubernetes";
import {
  contradictsItself,
  isIgnored,
  type NetworkPolicyFact,
  type PeerFact,
  type RuleFact,
  type SelectorFact,
} from "../../facts";
import { addressesIn, exactSelector, namesIn, portsOf } from "../../judgment";
import type { Unread } from "../../values";
import { blocksOf, type Defect, isForEverybody, isNamed, type JudgedRule, portsIn } from "./defect";

/**
 * What k3s's controller makes otherwise of one rule; each was seen with packets. Source: kube-router v2.6.3-k3s1,
 * pkg/controllers/netpol/policy.go.
 */
export function forK3s({ rule, direction }: JudgedRule, unread: Unread[]): Defect[] {
  const blocks = blocksOf(rule, unread);
  const named = direction === "egress" ? portsIn(rule, unread).filter(isNamed) : [];
  const names = named.flatMap(({ path }): Defect[] => {
    const [evidence, remedy] = [`${path}.port is a name`, `write the port's number in ${path}`];
    if (isForEverybody(rule))
      return [{ wrong: "a port's name in egress to everybody is its number everywhere", evidence, remedy }];
    return blocks.length === 0
      ? []
      : [{ wrong: "a port's name in egress to an address block is skipped", evidence, remedy }];
  });
  const cut = blocks.flatMap(({ path, except }) =>
    (except.known ? except.value : []).flatMap((item): Defect[] => {
      const closed = item.known ? addressesIn(item.value) : undefined;
      const other = blocks.find(
        (one) =>
          one.path !== path &&
          one.cidr.known &&
          closed?.overlaps(addressesIn(one.cidr.value) ?? closed) === true,
      );
      if (!item.known || other === undefined) return [];
      return [
        {
          wrong: "an exception cuts into another block of the same rule",
          evidence: `${path}.ipBlock.except has ${item.value}, and ${other.path} holds some of it`,
          remedy: `write ${other.path} in a rule of its own`,
        },
      ];
    }),
  );
  return [...names, ...cut];
}

/**
 * That a policy's rules of both directions are one chain: between two pods that it selects, a rule of one direction opens the other,
 * too. Only where a rule surely means pods of its own. Source: k3s-io/k3s#2390; kube-router, pkg/controllers/netpol/pod.go.
 */
export function oneChain(policy: NetworkPolicyFact): Defect[] {
  if (DIRECTIONS.some((direction) => isIgnored(policy, direction))) return [];
  const [ingress, egress] = DIRECTIONS.map((direction) => ownRules(policy, direction));
  const all = DIRECTIONS.map((direction) => rulesOf(policy, direction).filter((rule) => !isForNobody(rule)));
  if (ingress === undefined || egress === undefined || all.some((rules) => rules.length === 0)) return [];
  const beyond = [
    ...ingress.filter((rule) => !isOpenIn(rule, egress)),
    ...egress.filter((rule) => !isOpenIn(rule, ingress)),
  ];
  const [first] = beyond;
  if (first === undefined) return [];
  return [
    {
      wrong:
        "a policy with rules in both directions is one chain, in which each opens the other direction between its own pods",
      evidence: `${first.path} means pods that the policy selects, and the other direction doesn't open as much`,
      remedy: "write the rules of each direction in a policy of its own",
    },
  ];
}

const rulesOf = (policy: NetworkPolicyFact, direction: "ingress" | "egress"): readonly RuleFact[] => {
  const { rules } = policy[direction];
  return rules.known ? rules.value : [];
};

const selectorOf = (field: PeerFact["podSelector"]): SelectorFact => (field.known ? (field.value ?? []) : []);

const isForNobody = ({ peers }: RuleFact): boolean =>
  peers.known &&
  peers.value.length > 0 &&
  peers.value.every(({ namespaceSelector, podSelector }) =>
    [namespaceSelector, podSelector].some((field) => contradictsItself(selectorOf(field))),
  );

/** The rules of a direction that surely mean pods which the policy selects. */
const ownRules = (policy: NetworkPolicyFact, direction: "ingress" | "egress"): readonly RuleFact[] =>
  rulesOf(policy, direction).filter(
    (rule) =>
      isForEverybody(rule) || (rule.peers.known && rule.peers.value.some((peer) => meansOwn(peer, policy))),
  );

function meansOwn(
  { ipBlock, namespaceSelector, podSelector }: PeerFact,
  { namespace, podSelector: own }: NetworkPolicyFact,
): boolean {
  if (!ipBlock.known || ipBlock.value !== undefined || !namespaceSelector.known || !podSelector.known)
    return false;
  const spaces = namespaceSelector.value;
  const here =
    spaces === undefined ||
    spaces.length === 0 ||
    (spaces.length === 1 && namespace.known && namesIn(spaces)?.includes(namespace.value) === true);
  const labels = own.flatMap((requirement): [string, string][] => {
    if (!requirement.known || requirement.value.operator !== "In" || !requirement.value.values.known)
      return [];
    const [value, ...others] = requirement.value.values.value;
    return value === undefined || others.length > 0 ? [] : [[requirement.value.key, value]];
  });
  const known = { known: new Map(labels), complete: false };
  return here && matches(exactSelector(podSelector.value ?? []), known) === "yes";
}

/** Whether rules of the other direction open a rule's ports to the policy's own pods anyway. */
function isOpenIn(rule: RuleFact, others: readonly RuleFact[]): boolean {
  const wanted = portsOf(rule.ports, "lower");
  return others.some((other) => {
    const open = portsOf(other.ports, "lower");
    return open.numbers.covers(wanted.numbers) && wanted.names.every((name) => open.names.includes(name));
  });
}
