import { Cursor } from "../values";
import { type AwsFact, readAwsFact } from "./aws/facts";
import { readSecurityGroupPolicy, type SecurityGroupPolicyFact } from "./aws/securityGroupPolicy";
import { type NamespaceFact, readNamespace } from "./namespace";
import { type NetworkPolicyFact, readNetworkPolicy } from "./networkPolicy";
import { readService, type ServiceFact } from "./service";
import { readServiceAccount, type ServiceAccountFact } from "./serviceAccount";
import { clusterOf, type ResourceInput, type Subject } from "./subject";
import { type KubernetesType, parseKubernetesType } from "./typeToken";
import { isWorkload, readHelmRelease, readWorkload, type WorkloadFact } from "./workload";

/** What the invariants judge: one object of any program's, normalised once, however it was spelled. */
export type Fact = NamespaceFact | NamespacedFact | ServiceAccountFact | AwsFact;

/** The facts about what is in a namespace and bears on its isolation: an account by itself doesn't. */
export type NamespacedFact = NetworkPolicyFact | WorkloadFact | ServiceFact | SecurityGroupPolicyFact;

export const isNamespaced = (fact: Fact): fact is NamespacedFact =>
  "namespace" in fact && fact.kind !== "ServiceAccount";

/** The properties that hold an object's namespace: of an object, of a list, of a Helm release. */
const NAMING = ["metadata", "items", "namespace"] as const;

/** Reads one object; undefined for kinds that no invariant judges. */
type Reader = (subject: Subject, resource: ResourceInput) => Fact;

function readerOf({ group, kind }: KubernetesType): Reader | undefined {
  if (kind === "NetworkPolicy" && (group === "networking.k8s.io" || group === "extensions")) {
    return readNetworkPolicy;
  }
  if (kind === "SecurityGroupPolicy" && group === "vpcresources.k8s.aws") {
    return (subject, { propertyDependencies }) =>
      readSecurityGroupPolicy(subject, propertyDependencies?.["spec"]);
  }
  if (kind === "Namespace" && group === "core") return readNamespace;
  if (kind === "Service" && group === "core") return readService;
  if (kind === "ServiceAccount" && group === "core") return readServiceAccount;
  if (isWorkload(group, kind)) return (subject) => readWorkload(kind, subject);
  if (kind === "Release" && group === "helm.sh") return readHelmRelease;
  return undefined;
}

/**
 * The facts of one resource: none for a kind that no invariant judges, one for an object, one per item for a list kind.
 * A list whose items aren't known yields one fact that knows nothing, so that somebody asks about it. Never throws.
 */
export function readFacts(resource: ResourceInput): Fact[] {
  const aws = readAwsFact(resource);
  if (aws) return [aws];
  const type = parseKubernetesType(resource.type);
  const read = type && readerOf(type);
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
  if (type.form !== "list") return [read(subject, resource)];
  const items = root.at("items").list();
  if (!items.known) return [read({ ...subject, object: root.at("items") }, resource)];
  return (items.value ?? []).map((item) => read({ ...subject, object: item }, resource));
}

function titleOf({ name, origin }: ResourceInput, { kind, form }: KubernetesType): string {
  if (origin !== undefined) return origin;
  const spelling = { object: "", patch: `${kind}Patch `, list: `${kind}List ` }[form];
  return `${spelling}resource "${name}"`;
}
