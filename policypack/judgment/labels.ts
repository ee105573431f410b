// Tests: test/policypack/labels.test.ts
import { NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { LabelTest, AdmittedPods } from "./reach";
import { REQUIRED_LABELS } from "../requiredLabels";

/** Labels that every namespace has: set by the API server, or asked for by namespace-labels. Source: Kubernetes docs, "Namespaces". */
export const LABELS_OF_EVERY_NAMESPACE: readonly string[] = [NAMESPACE_NAME_LABEL, ...REQUIRED_LABELS];

const NAME_LABEL = `ns/${NAMESPACE_NAME_LABEL}`;
const ON_EVERY_NAMESPACE: ReadonlySet<string> = new Set(
  LABELS_OF_EVERY_NAMESPACE.map((label) => `ns/${label}`),
);

/**
 * Whether a peer admits pods that it knows nothing of: it asks for no label, or only that labels be absent or other
 * than some values, or that a label be there which every namespace has. Whatever it leaves out, a pod made tomorrow is
 * in. Peers that select every pod together need no look of their own: one of them selects the pod without labels.
 */
export const admitsUnknownPods = ({ requirements }: AdmittedPods): boolean =>
  requirements.every(isMetByUnknownPods);

function isMetByUnknownPods({ key, operator }: LabelTest): boolean {
  switch (operator) {
    case "In":
      return false;
    case "NotIn":
      return true;
    case "DoesNotExist":
      return key !== NAME_LABEL;
    case "Exists":
      return ON_EVERY_NAMESPACE.has(key);
  }
}
