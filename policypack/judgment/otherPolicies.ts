// Tests: test/policypack/invariants/namespaceDefaultDeny.test.ts
import { clusterOf, parseKubernetesType, type ResourceInput } from "../facts";
import { Cursor } from "../values";
import type { NamespaceSeen } from "./namespaces";

/** API groups of CNIs' own policies, which no policy of the pack judges. */
const GROUPS: readonly RegExp[] = [/^cilium\.io$/, /(^|\.)projectcalico\.org$/, /^networking\.k8s\.aws$/];

/** CNIs' own policies that may say something of a namespace's pods: those in it, and those that are in none. */
export function otherPoliciesOn(
  { subject, name }: NamespaceSeen,
  resources: readonly ResourceInput[],
): readonly string[] {
  return resources.flatMap(({ type, name: resource, props, provider }) => {
    const { group, kind, form } = parseKubernetesType(type) ?? { group: "", kind: "", form: "list" };
    if (form !== "object" || !kind.endsWith("Policy") || !GROUPS.some((pattern) => pattern.test(group)))
      return [];
    if (clusterOf(provider).key !== subject.cluster.key) return [];
    const metadata = Cursor.root(props).at("metadata");
    const [home, own] = [metadata.at("namespace").text(), metadata.at("name").text()];
    const isElsewhere = home.known && home.value !== undefined && (!name.known || home.value !== name.value);
    const shown = own.known && own.value !== undefined ? own.value : resource;
    return isElsewhere ? [] : [`${kind} ${shown}`];
  });
}
