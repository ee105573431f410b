import { Cursor } from "../values";
import { readAwsFacts } from "./aws/facts";
import type { AwsFact } from "./aws/kinds";
import { KUBERNETES_KINDS, type KubernetesFact } from "./kubernetesKinds";
import { clusterOf, type ResourceInput, type Subject } from "./subject";
import { type KubernetesType, parseKubernetesType } from "./typeToken";

/** What the invariants judge: one object of any program's, normalised once, however it was spelled. */
export type Fact = KubernetesFact | AwsFact;

/** The facts about what is in a namespace and bears on its isolation: an account by itself doesn't. */
export type NamespacedFact = Extract<
  Fact,
  { readonly kind: "NetworkPolicy" | "SecurityGroupPolicy" | "Service" | "Workload" }
>;

export const isNamespaced = (fact: Fact): fact is NamespacedFact =>
  fact.kind === "NetworkPolicy" ||
  fact.kind === "SecurityGroupPolicy" ||
  fact.kind === "Service" ||
  fact.kind === "Workload";

/** The properties that hold an object's namespace: of an object, of a list, of a Helm release. */
const NAMING = ["metadata", "items", "namespace"] as const;

const KUBERNETES_READERS = new Map(
  KUBERNETES_KINDS.map(({ group, kind, read }) => [`${group}/${kind}`, read]),
);

/**
 * The facts of one resource: none for a kind that no invariant judges, one for an object, one per item for a list kind.
 * A list whose items aren't known yields one fact that knows nothing, so that somebody asks about it. Never throws.
 */
export function readFacts(resource: ResourceInput): Fact[] {
  const aws = readAwsFacts(resource);
  if (aws.length > 0) return aws;
  const type = parseKubernetesType(resource.type);
  const read = type && KUBERNETES_READERS.get(`${type.group}/${type.kind}`);
  if (!type || !read) return [];
  const root = Cursor.root(resource.props);
  const subject: Subject = {
    urn: resource.urn,
    title: titleOf(resource, type),
    object: root,
    partial: type.form === "patch",
    cluster: clusterOf(resource.provider),
    namedFrom: NAMING.flatMap((property) => resource.propertyDependencies?.[property] ?? []),
  };
  const factsOf = (object: Cursor): Fact[] => {
    const fact = read({ ...subject, object }, resource);
    return fact === undefined ? [] : [fact];
  };
  if (type.form !== "list") return factsOf(root);
  const items = root.at("items").list();
  if (!items.known) return factsOf(root.at("items"));
  return (items.value ?? []).flatMap(factsOf);
}

function titleOf({ name, origin }: ResourceInput, { kind, form }: KubernetesType): string {
  if (origin !== undefined) return origin;
  const spelling = { object: "", patch: `${kind}Patch `, list: `${kind}List ` }[form];
  return `${spelling}resource "${name}"`;
}
