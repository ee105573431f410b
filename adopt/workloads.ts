import { isNamespaceName, type KnownLabels, matches, type Selector, selector } from "../kubernetes";
import {
  endId,
  isRepresentativeName,
  type NetworkPolicy,
  type PodSet,
  type PodShape,
  type World,
} from "../reachability/read";

/** Pods of the input that the language calls one: a workload, or an instance of one. */
export interface ImportedWorkload {
  readonly namespace: string;
  /** "web", "orders/read". */
  readonly reference: string;
  readonly workload: string;
  /** The workload's, and its instance's besides. */
  readonly labels: Readonly<Record<string, string>>;
  readonly instance?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly members: readonly PodSet[];
}

/** Pods of a workload, those in their node's network aside: policies mean none of these. */
export const shapesOf = ({ variants }: PodSet): readonly PodShape[] =>
  variants.filter(({ hostNetwork }) => hostNetwork !== true);

export const idOf = ({ kind, namespace, name }: PodSet): string => endId(kind, { namespace, name });

/** A workload, all its instances, in its namespace: "shop/web". */
export const keyOf = ({ namespace, workload }: ImportedWorkload): string => `${namespace}/${workload}`;

/** The peers of a policy's rules, in both directions. */
export const peersOf = ({ ingress, egress }: NetworkPolicy) =>
  [...ingress.rules, ...egress.rules].flatMap(({ peers }) => (peers === "everyone" ? [] : peers));

/** Labels as a selector has them. */
const selectorOf = (labels: Readonly<Record<string, string>>): Selector =>
  selector(Object.entries(labels).map(([key, value]) => ({ key, operator: "In", values: [value] })));

/** Whether a world's pods of a namespace are there that labels mean too, besides these. */
export const meansOthers = (
  labels: Readonly<Record<string, string>>,
  members: readonly PodSet[],
  world: World,
  namespace: string,
): boolean => {
  const own = new Set(members);
  const chosen = selectorOf(labels);
  return world.workloads.some(
    (one) =>
      one.namespace === namespace &&
      !own.has(one) &&
      shapesOf(one).some((shape: { readonly labels: KnownLabels }) => matches(chosen, shape.labels) !== "no"),
  );
};

/** Whether a namespace can be an application's at all: Kubernetes' own are the cluster's. */
export const canBePlaced = (namespace: string): boolean =>
  isNamespaceName(namespace) &&
  namespace !== "default" &&
  !namespace.startsWith("kube-") &&
  !isRepresentativeName(namespace);
