// Tests: test/observe/judge.test.ts
import type { Declaration } from "../declared";
import type { ObservedEnd } from "./ends";
import type { ObservedParty } from "./result";

/** Labels that a controller gives each pod or each revision. Source: Kubernetes, "Well-Known Labels, Annotations and Taints". */
const CHANGING: ReadonlySet<string> = new Set([
  "pod-template-hash",
  "pod-template-generation",
  "controller-revision-hash",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/controller-uid",
  "batch.kubernetes.io/job-name",
  "batch.kubernetes.io/job-completion-index",
  "controller-uid",
  "job-name",
]);

/** Which application a pod belongs to, and as what. */
export function podParty(
  { namespace, labels }: Extract<ObservedEnd, { kind: "pod" }>,
  applications: readonly Declaration[],
): Exclude<ObservedParty, { kind: "addresses" }> {
  const own = applications.find((one) => one.namespace === namespace);
  const fitting = (own?.workloads ?? []).filter(({ pods }) =>
    Object.entries(pods.labels).every(([key, value]) => labels[key] === value),
  );
  const most = Math.max(...fitting.map(({ pods }) => Object.keys(pods.labels).length));
  const [workload, ...others] = fitting.filter(({ pods }) => Object.keys(pods.labels).length === most);
  if (own !== undefined && workload !== undefined && others.length === 0)
    return {
      kind: "workload",
      application: own.application,
      workload: workload.id,
      namespace,
      labels: workload.pods.labels,
    };
  return {
    kind: "pods",
    application: own?.application,
    namespace,
    labels: Object.fromEntries(
      Object.entries(labels)
        .filter(([key]) => !CHANGING.has(key))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}
