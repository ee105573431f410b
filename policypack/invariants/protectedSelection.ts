// Tests: test/policypack/invariants/protectedEnds.test.ts
import { matches } from "../../kubernetes";
import type { NetworkPolicyFact, RequirementFact, SelectorFact, WorkloadFact } from "../facts";
import { exactLabels, exactSelector } from "../judgment";

/** The pods that a protected end is: those of a namespace that have these labels. */
interface ProtectedPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who is listed for a protected end, for people: `lists nobody`, `lists only [{"group":"web"}]`. */
export const listedText = (from: readonly object[]): string =>
  `lists ${from.length === 0 ? "nobody" : `only ${JSON.stringify(from)}`}`;

type Answer = "yes" | "no" | "maybe";

/** Whether a workload's pods are certainly a protected end's. */
export const isOf = (
  { namespace, pods }: WorkloadFact,
  { namespace: home, labels }: ProtectedPods,
): boolean =>
  pods !== undefined &&
  namespace.known &&
  namespace.value === home &&
  Object.entries(labels).every(([key, value]) => {
    const own = pods.labels.known ? pods.labels.value.get(key) : undefined;
    return own?.known === true && own.value === value;
  });

/** Whether a policy selects some pods that a workload makes, whose names its controller gives them as labels. */
export function selectsPodsOf(
  { namespace, podSelector, subject }: NetworkPolicyFact,
  workload: WorkloadFact,
): Answer {
  const { pods, subject: of } = workload;
  if (pods === undefined || subject.cluster.key !== of.cluster.key) return "no";
  if (!namespace.known || !workload.namespace.known || subject.partial) return "maybe";
  if (namespace.value !== workload.namespace.value || !podSelector.every(isSettled)) return "no";
  const name = of.object.at("metadata").at("name").text();
  const rest = podSelector.filter(
    (requirement) =>
      !requirement.known ||
      !isByName(requirement.value, pods.addedLabels, name.known ? name.value : undefined),
  );
  return matches(exactSelector(rest), exactLabels(pods.labels, of.partial));
}

/**
 * Whether a requirement is met by some pod because of its name or number. Source: Kubernetes documentation, "StatefulSets" (pod name and
 * pod index labels) and "Jobs".
 */
function isByName(
  { key, operator, values }: RequirementFact,
  added: readonly string[],
  name: string | undefined,
): boolean {
  if (!added.includes(key) || operator !== "In" || !values.known) return false;
  switch (key) {
    case "statefulset.kubernetes.io/pod-name":
      return values.value.some(
        (value) =>
          name !== undefined && value.startsWith(`${name}-`) && /^\d+$/.test(value.slice(name.length + 1)),
      );
    case "apps.kubernetes.io/pod-index":
      return values.value.some((value) => /^\d+$/.test(value));
    case "job-name":
    case "batch.kubernetes.io/job-name":
      return name !== undefined && values.value.includes(name);
    default:
      return false;
  }
}

/** Whether a policy selects pods of a protected end. One that asks for more than the end's own labels selects some of them. */
export function concerns({ namespace, podSelector }: NetworkPolicyFact, one: ProtectedPods): Answer {
  if (namespace.known && namespace.value !== one.namespace) return "no";
  const labels = new Map(Object.entries(one.labels));
  const selector = exactSelector(podSelector);
  const match = matches(selector, { known: labels, complete: false });
  if (match === "no") return "no";
  const names = selector.requirements.some(({ key, operator }) => operator === "In" && labels.has(key));
  const certain = match === "yes" || labels.size === 0 || (names && selector.complete);
  return namespace.known && certain && podSelector.every(isSettled) ? "yes" : "maybe";
}

/** Whether all of a requirement is known. */
export const isSettled = (requirement: SelectorFact[number]): boolean =>
  requirement.known && requirement.value.values.known;
