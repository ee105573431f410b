// Longer than most: the policy with the most near misses, and the words for each.
import * as z from "zod";
import type { NamespacedFact, NetworkPolicyFact, TierPolicyFact } from "../facts";
import { type Direction, DIRECTIONS, SYSTEM_NAMESPACES } from "../../kubernetes";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
import {
  type BaselineDenials,
  baselineDenials,
  type Denial,
  isIn,
  listText,
  type NamespaceSeen,
  namespacesOf,
  OBSERVE,
  otherPoliciesOn,
  patchedDenialOf,
} from "../judgment";
import { maximumMatching } from "../../data";
import { isExempt, patternText } from "../namespacePattern";
import { linesToObserve, observationOf } from "../settings";
import type { Unread } from "../values";

const config = z.strictObject({
  exempt: z
    .array(patternText)
    .default([...SYSTEM_NAMESPACES])
    .describe("Namespaces that need no default deny, by name; a trailing * stands for any ending."),
  baselineIngress: z
    .boolean()
    .default(false)
    .describe(
      "Whether a Baseline tier that denies ingress from every pod counts, though its rules can't name hosts outside the cluster, which stay admitted.",
    ),
});

export const namespaceDefaultDeny = stackInvariant({
  scope: "stack",
  name: "namespace-default-deny",
  description: "Every namespace denies by default, in both directions.",
  stops:
    "Namespaces that the stack declares, patches, or puts NetworkPolicies, workloads or Helm releases into, where no policy selects all pods, isolates ingress and egress, and has no rules, or only rules for peers that contradict themselves, so that nobody can be one. Two policies, one for each direction, are as good as one. A NetworkPolicyPatch that changes such a policy counts. So does a policy of the Baseline tier (ClusterNetworkPolicy, BaselineAdminNetworkPolicy) about all pods of the namespace whose first egress rule denies every pod and every address on every port; for ingress only by `baselineIngress`, because these kinds can't deny hosts outside the cluster. Only the pack's configuration (`settings.observe`, with a date) lets a namespace wait; no label or annotation does. Policies of a CNI's own kinds aren't judged; where there are some, the finding names them. What other stacks hold isn't seen: the policy belongs beside what it protects.",
  remedy:
    "Add a NetworkPolicy with podSelector: {}, policyTypes: [Ingress, Egress] and no rules to the namespace.",
  severity: "critical",
  config,
  example: { exempt: ["kube-system", "kube-public", "kube-node-lease", "istio-system"] },
  judge(facts, { exempt, baselineIngress }, context) {
    const { namespaces, adrift } = namespacesOf(facts);
    const policies = facts.filter((fact) => fact.kind === "NetworkPolicy");
    const baseline = baselineDenials(facts, baselineIngress);
    const judged = namespaces.filter((namespace) => !isWaived(namespace, exempt, context));
    const lacking = DIRECTIONS.map((direction) =>
      lackingIn(direction, judged, policies, namespaces, baseline),
    );
    return [
      ...judged.flatMap((namespace) => findingsOn(namespace, lacking, { policies, baseline }, context)),
      ...tooFew(lacking),
      ...adrift.flatMap((fact) => placeOf(fact, namespaces)),
    ];
  },
});

function isWaived({ name }: NamespaceSeen, exempt: readonly string[], { settings, today }: Context): boolean {
  if (isExempt(name, exempt)) return true;
  if (!name.known || name.value === undefined) return false;
  return observationOf(name.value, settings, today)?.state === "active";
}

/** A policy that may deny a direction in a namespace, depending on what isn't known. */
interface Candidate {
  readonly policy: NetworkPolicyFact | TierPolicyFact;
  /** What isn't known, each path after the title of the object that has it. */
  readonly unread: readonly Unread[];
}

/** The namespaces for which no policy is known to deny a direction, each with those that may turn out to. */
interface Lacking {
  readonly direction: Direction;
  readonly candidates: ReadonlyMap<NamespaceSeen, readonly Candidate[]>;
}

function lackingIn(
  direction: Direction,
  judged: readonly NamespaceSeen[],
  policies: readonly NetworkPolicyFact[],
  all: readonly NamespaceSeen[],
  baseline: BaselineDenials,
): Lacking {
  const denials = policies.map((policy) => ({
    policy,
    denial: patchedDenialOf(policy, direction, policies),
  }));
  const lacking = judged.flatMap((namespace) => {
    const candidates = candidatesFor(namespace, denials, all, baseline(direction, namespace));
    return candidates === "denied" ? [] : [[namespace, candidates] as const];
  });
  return { direction, candidates: new Map(lacking) };
}

interface PoliciesSeen {
  readonly policies: readonly NetworkPolicyFact[];
  readonly baseline: BaselineDenials;
}

/** One finding for all directions that are open for certain, and one for all that may be. */
function findingsOn(
  namespace: NamespaceSeen,
  lacking: readonly Lacking[],
  seen: PoliciesSeen,
  context: Context,
): Finding[] {
  const found = lacking.flatMap(({ direction, candidates }) => {
    const list = candidates.get(namespace);
    return list === undefined ? [] : [{ direction, list }];
  });
  const certain = found.filter(({ list }) => list.length === 0).map(({ direction }) => direction);
  const open = found.filter(({ list }) => list.length > 0);
  const unread = open.flatMap(({ list }) => list.flatMap((candidate) => candidate.unread));
  const question = `the namespace denies ${open.map(({ direction }) => direction).join(" and ")} by default`;
  return [
    ...(certain.length > 0 ? [lacks(namespace, certain, seen, context)] : []),
    ...(open.length > 0 ? [undecided(namespace, unread, question)] : []),
  ];
}

function candidatesFor(
  namespace: NamespaceSeen,
  denials: readonly { policy: NetworkPolicyFact; denial: Denial }[],
  all: readonly NamespaceSeen[],
  baseline: ReturnType<BaselineDenials>,
): "denied" | Candidate[] {
  const candidates: Candidate[] = [];
  for (const { policy, denial } of baseline) {
    if (denial.answer === "yes") return "denied";
    if (denial.answer === "maybe") candidates.push({ policy, unread: titled(policy, denial.unread) });
  }
  for (const { policy, denial } of denials) {
    const place = isIn(policy, namespace, all);
    if (denial.answer === "no" || place === "no") continue;
    if (denial.answer === "yes" && place === "yes") return "denied";
    const where = titled(policy, policy.namespace.known ? namespaceName(namespace) : [policy.namespace]);
    const unread = denial.answer === "maybe" ? denial.unread : [];
    candidates.push({ policy, unread: [...unread, ...(place === "maybe" ? where : [])] });
  }
  return candidates;
}

/** Fields of another object than the one that a finding is about. */
const titled = ({ title }: { readonly title: string }, unread: readonly Unread[]): Unread[] =>
  unread.map((field) => ({ ...field, path: `${title} ${field.path}` }));

const namespaceName = ({ name }: NamespaceSeen): Unread[] =>
  name.known ? [{ known: false, path: "metadata.name", because: "chosen when it is made" }] : [name];

function lacks(
  namespace: NamespaceSeen,
  directions: readonly Direction[],
  { policies, baseline }: PoliciesSeen,
  { settings, today, resources }: Context,
): Finding {
  const name = namespace.name.known ? namespace.name.value : undefined;
  const expired = name === undefined ? undefined : observationOf(name, settings, today)?.entry;
  const waited = expired
    ? [`settings.observe let it wait until ${expired.until} (${expired.reason}, ${expired.owner})`]
    : [];
  const forAll = policies.filter(
    (policy) => isIn(policy, namespace, []) === "yes" && policy.podSelector.length === 0,
  );
  const near = [
    ...forAll.flatMap((policy) => nearMiss(policy, directions, policies)),
    ...directions.flatMap((direction) =>
      baseline(direction, namespace).flatMap(({ policy: { title }, denial }) =>
        denial.answer === "no" ? [`${title} isn't it for ${direction}: ${denial.because}`] : [],
      ),
    ),
  ];
  const [lines] = forAll.flatMap((policy) => linesToObserve(policy, settings, today) ?? []);
  const seen =
    near.length > 0 ? near.slice(0, MAX_LISTED) : ["the stack has no NetworkPolicy for all pods there"];
  const others = otherPoliciesOn(namespace, resources);
  return violation(namespace, {
    wrong: `doesn't deny ${directions.join(" and ")} by default`,
    why: `a pod there that no other policy selects may ${directions.map((direction) => OPEN[direction]).join(" and ")}`,
    evidence: [
      ...waited,
      ...held(namespace),
      ...seen,
      ...(others.length > 0 ? [`${listText(others)} may deny it, but no policy judges that kind`] : []),
    ].join("; "),
    remedy: [
      REMEDY,
      ...(others.length > 0 && name !== undefined
        ? [
            `where ${others.length === 1 ? "that policy denies" : "those policies deny"} it, name ${name} in this policy's \`exempt\``,
          ]
        : []),
      ...(lines === undefined ? [] : [`${OBSERVE} ${lines}`]),
    ].join("; "),
  });
}

const OPEN = { ingress: "be reached by everyone", egress: "reach everyone" } as const;

const REMEDY =
  "add a NetworkPolicy to the namespace with podSelector: {}, policyTypes: [Ingress, Egress] and no ingress or egress rules";

/** Why a policy for all pods isn't the default deny that it looks like. */
function nearMiss(
  policy: NetworkPolicyFact,
  directions: readonly Direction[],
  policies: readonly NetworkPolicyFact[],
): string[] {
  const reasons = directions.flatMap((direction) => {
    const denial = patchedDenialOf(policy, direction, policies);
    return denial.answer === "no" ? [denial.because] : [];
  });
  return reasons.length === 0 ? [] : [`${policy.title} isn't it: ${[...new Set(reasons)].join("; ")}`];
}

/** A violation stays readable however many policies a namespace has. */
const MAX_LISTED = 3;

const held = ({ declaredBy, holds }: NamespaceSeen): string[] =>
  declaredBy.size > 0 || holds[0] === undefined ? [] : [`the stack puts ${holds[0]} there`];

/** One policy is in one namespace: where more namespaces than policies wait for a name, some are open for certain. */
function tooFew(lacking: readonly Lacking[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const { direction, candidates } of lacking) {
    const named = [...candidates].filter(
      ([{ name }, list]) => name.known && name.value !== undefined && list.length > 0 && list.every(isAdrift),
    );
    const served = maximumMatching(
      named.map(([, list]) => list.map(({ policy: { subject } }) => subject.urn + subject.object.path)),
    );
    const [first] = named;
    if (first === undefined || served === named.length) continue;
    const names = named.map(([{ name }]) => (name.known ? (name.value ?? "") : "")).join(", ");
    found.set(
      names,
      violation(first[0], {
        wrong: `is one of several namespaces (${names}) of which at least ${named.length - served} can't deny ${direction} by default`,
        why: "a pod there that no other policy selects is open",
        evidence: `only ${served} of the policies whose namespace isn't known yet can be theirs`,
        remedy: REMEDY,
      }),
    );
  }
  return [...found.values()];
}

const isAdrift = ({ policy }: Candidate) => policy.kind === "NetworkPolicy" && !policy.namespace.known;

/**
 * Something goes to a namespace that isn't known, so nobody can say whether that one denies by default; unless it was
 * made from a namespace of this stack, which is judged itself.
 */
function placeOf(fact: NamespacedFact, namespaces: readonly NamespaceSeen[]): Finding[] {
  const { namedFrom } = fact.subject;
  const isOurs = namespaces.some(({ declaredBy }) => namedFrom.some((urn) => declaredBy.has(urn)));
  if (fact.namespace.known || isOurs) return [];
  return [undecided(fact, [fact.namespace], "the namespace that it goes to denies by default")];
}
