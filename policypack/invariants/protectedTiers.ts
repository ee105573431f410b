// Tests: test/policypack/invariants/protectedEnds.test.ts
import { matches } from "../../kubernetes";
import type { PortSet } from "../../net";
import {
  asksFor,
  type Fact,
  type PeerFact,
  type TierPolicyFact,
  unreadInTierRules,
  unreadOfTierSubject,
} from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { acceptedReach, exactSelector, namesIn, type Reach, stackEnds, writtenPorts } from "../judgment";
import { isSettled, listedText } from "./protectedSelection";
import { unreadOf } from "../values";

/** The pods of a protected end, as its configuration says what they are and who may reach them. */
export interface GuardedPods {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly from: readonly {
    readonly namespace?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly cidr?: string | undefined;
  }[];
}

/**
 * Accept rules of the Admin tier that admit others to a protected end: no NetworkPolicy can close them. One policy shows it where its
 * subject names the namespace; where it goes by other labels, the stack does.
 */
export const judgeProtectedTiers = (facts: readonly Fact[], ends: readonly GuardedPods[]): Finding[] =>
  facts.flatMap((fact) =>
    fact.kind === "TierPolicy" && !(fact.tier.known && fact.tier.value === "baseline")
      ? ends.flatMap((end) => judgeEnd(fact, end, facts))
      : [],
  );

function judgeEnd(policy: TierPolicyFact, end: GuardedPods, facts: readonly Fact[]): Finding[] {
  const about = isAbout(policy, end, facts);
  if (about === "no") return [];
  const isSure = about === "yes" && policy.tier.known;
  const certain = isSure ? offences(policy, end, "lower") : [];
  const told = new Set(certain.map(({ path }) => path));
  const open = offences(policy, end, "upper").filter(({ path }) => !told.has(path));
  const violations: Finding[] = certain.map(({ path, whom }) =>
    violation(
      { subject: policy.subject, title: policy.title, namespace: end.namespace },
      {
        wrong: `lets unlisted peers into ${end.name}: ${whom.join(", ")}`,
        why: "no NetworkPolicy can take that back: the Admin tier is asked first",
        evidence: `it is about pods of ${end.namespace} with ${JSON.stringify(end.labels)} for ${end.ports.join(", ") || "every port"}, and protected-ends ${listedText(end.from)}`,
        remedy: `remove them from ${path}, write action: "Pass" to leave it to NetworkPolicies, or list them under "from" of ${end.name}`,
      },
    ),
  );
  if (open.length === 0) return violations;
  const fields = [
    ...unreadOf([policy.tier]),
    ...unreadOfTierSubject(policy),
    ...unreadInTierRules(policy.ingress),
  ];
  const labels = {
    known: false as const,
    path: "spec.subject",
    because:
      "labels of the namespace or the protected pods that neither the stack nor the configuration shows",
  };
  return [
    ...violations,
    undecided(policy, fields.length > 0 ? fields : [labels], `it admits others to ${end.name}`),
  ];
}

/** Whether a policy is about pods of a protected end. One that asks for more than the end's own labels is about some of them. */
function isAbout(
  { selected, subject }: TierPolicyFact,
  { namespace, labels }: GuardedPods,
  facts: readonly Fact[],
): "yes" | "no" | "maybe" {
  if (!selected.known) return "maybe";
  const place = matches(
    exactSelector(selected.value.namespaces),
    stackEnds(facts).labelsOf(subject, namespace),
  );
  const known = new Map(Object.entries(labels));
  const selector = exactSelector(selected.value.pods);
  const pods = matches(selector, { known, complete: false });
  if (place === "no" || pods === "no") return "no";
  const names = selector.requirements.some(({ key, operator }) => operator === "In" && known.has(key));
  const isCertain = pods === "yes" || known.size === 0 || names;
  const settled = [...selected.value.namespaces, ...selected.value.pods].every(isSettled);
  return place === "yes" && isCertain && settled ? "yes" : "maybe";
}

interface TierOffence {
  readonly path: string;
  readonly whom: readonly string[];
}

function offences(policy: TierPolicyFact, end: GuardedPods, bound: "lower" | "upper"): TierOffence[] {
  const wanted = writtenPorts(end.ports);
  const peers = new Map(
    (policy.ingress.known ? policy.ingress.value : []).flatMap((rule) =>
      rule.peers.known ? rule.peers.value.map((peer) => [peer.path, peer] as const) : [],
    ),
  );
  return acceptedReach(policy, "ingress", bound).flatMap(({ path, everyone, pods, blocks, ports }) => {
    if (!opens(ports, wanted, bound)) return [];
    const whom = [
      ...(everyone || blocks.length > 0 ? ["somebody"] : []),
      ...pods.filter((pod) => isOther(peers.get(pod.path), end, bound)).map((pod) => pod.path),
    ];
    return whom.length === 0 ? [] : [{ path, whom }];
  });
}

function opens({ numbers, names }: Reach["ports"], wanted: PortSet, bound: "lower" | "upper"): boolean {
  if (wanted.isEmpty()) return !numbers.isEmpty() || names.length > 0;
  return numbers.overlaps(wanted) || (bound === "upper" && names.length > 0);
}

/** Whether a peer means pods that aren't listed: for certain at the lower bound, possibly at the upper. */
function isOther(
  peer: PeerFact | undefined,
  { from, namespace: home }: GuardedPods,
  bound: "lower" | "upper",
): boolean {
  if (peer === undefined || !peer.namespaceSelector.known || !peer.podSelector.known)
    return bound === "upper";
  const [namespaces, pods] = [peer.namespaceSelector.value ?? [], peer.podSelector.value ?? []];
  const named = namesIn(namespaces);
  const isListed = (namespace: string) =>
    from.some(
      (item) =>
        item.cidr === undefined &&
        (item.namespace ?? home) === namespace &&
        Object.entries(item.labels ?? {}).every(([key, value]) => asksFor(pods, key, value)),
    );
  if (named?.every(isListed)) return false;
  return bound === "upper" || [...namespaces, ...pods].every(isSettled);
}
