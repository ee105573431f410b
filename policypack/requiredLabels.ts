// Tests: test/policypack/invariants/namespaceLabels.test.ts
/** The labels that namespace-labels asks of every namespace unless configured otherwise. */
export const REQUIRED_LABELS: readonly string[] = [
  "palisade.dev/owner",
  "palisade.dev/environment",
  "app.kubernetes.io/part-of",
  "pod-security.kubernetes.io/enforce",
];
