// Tests: test/policypack/invariants/namespaceDefaultDeny.test.ts
import { type Direction, POLICY_TYPE } from "../../kubernetes";
import {
  contradictsItself,
  type NetworkPolicyFact,
  type RuleFact,
  type Rules,
  unreadInSelector,
} from "../facts";
import { type Unread, unreadOf } from "../values";

/**
 * Whether a policy denies one direction to every pod of its namespace by default: it selects all of them, isolates the
 * direction and has no rule for it, or only rules for peers that nobody can be. `no` says what it lacks, `maybe` which fields leave it open.
 */
export type Denial =
  | { readonly answer: "yes" }
  | { readonly answer: "maybe"; readonly unread: readonly Unread[] }
  | { readonly answer: "no"; readonly because: string };

export function denialOf(policy: NetworkPolicyFact, direction: Direction): Denial {
  const constraints = policy.podSelector.filter((requirement) => requirement.known);
  if (constraints.length > 0) return { answer: "no", because: "it selects some pods only" };
  const unread = unreadInSelector(policy.podSelector);
  const isolates = isolation(policy, direction);
  if (isolates.answer === "no") return isolates;
  const empty = emptiness(policy[direction], direction);
  if (empty.answer === "no") return empty;
  for (const part of [isolates, empty]) if (part.answer === "maybe") unread.push(...part.unread);
  // A patch leaves out what it doesn't change, so an absent field proves nothing.
  if (policy.subject.partial) {
    unread.push({ known: false, path: "spec", because: "a patch, which shows only part of the policy" });
  }
  return unread.length === 0 ? { answer: "yes" } : { answer: "maybe", unread };
}

/** Whether the policy isolates the direction, by what is stated or else by the API server's default. */
function isolation({ policyTypes, egress }: NetworkPolicyFact, direction: Direction): Denial {
  if (!policyTypes.known) return { answer: "maybe", unread: [policyTypes] };
  const type = POLICY_TYPE[direction];
  if (policyTypes.value.length === 0) {
    if (direction === "ingress") return { answer: "yes" };
    if (!egress.rules.known) return { answer: "maybe", unread: [egress.rules] };
    if (egress.rules.value.length > 0) return { answer: "yes" };
    return { answer: "no", because: `it has no policyTypes, so it doesn't isolate egress` };
  }
  if (policyTypes.value.some((item) => item.known && item.value === type)) return { answer: "yes" };
  const unread = unreadOf(policyTypes.value);
  return unread.length > 0
    ? { answer: "maybe", unread }
    : { answer: "no", because: `its policyTypes leave ${type} out` };
}

function emptiness({ rules }: Rules, direction: Direction): Denial {
  if (!rules.known) return { answer: "maybe", unread: [rules] };
  if (rules.value.every(admitsNobody)) return { answer: "yes" };
  return {
    answer: "no",
    because: `it has ${direction} rules, which hold for every pod there is and will be`,
  };
}

/** Whether each of a rule's peers is pods, or namespaces, that nothing can be. No peers at all would be everyone. */
function admitsNobody({ peers }: RuleFact): boolean {
  if (!peers.known || peers.value.length === 0) return false;
  return peers.value.every(
    ({ ipBlock, namespaceSelector, podSelector }) =>
      ipBlock.known &&
      ipBlock.value === undefined &&
      [namespaceSelector, podSelector].some(
        (selector) => selector.known && selector.value !== undefined && contradictsItself(selector.value),
      ),
  );
}
