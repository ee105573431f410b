// Tests: test/cli/import/packages.test.ts
import type { Unexpressed } from "../../adopt";
import type { SourcedObject } from "../../reachability/read";
import { type Ask, asksOf } from "./packageAsks";
import {
  CLUSTER_DNS,
  named,
  networkPolicy,
  translate,
  type TranslatedObject,
  type Translation,
} from "./translation";

const KIND = "Package";

const NOTE =
  "UDS Packages are read as the NetworkPolicies that UDS Core writes, without those for the mesh itself; what the mesh's AuthorizationPolicies narrow isn't read";

/**
 * Packages of UDS Core (uds.dev/v1alpha1) as the NetworkPolicies that its operator writes for them: everything closed but name resolution, then `network.allow`, what gateways
 * ask by `network.expose`, Prometheus by `monitor`, and what single sign-on asks. What the mesh needs for itself (istiod, ztunnel, its probes and
 * the metrics of sidecars) is left out, and so is what only the mesh can tell apart.
 * Source: UDS Core documentation, "Package CR", "Define network access", "Package Resource Tree".
 */
export const translatePackages = (listed: readonly SourcedObject[]): Translation =>
  translate(listed, { kind: KIND, group: "uds.dev", note: NOTE }, () => {
    const counts = new Map<string, number>();
    return (object) =>
      policiesOf(object, (namespace) => {
        const count = (counts.get(namespace) ?? 0) + 1;
        counts.set(namespace, count);
        return count;
      });
  });

/** @param countIn counts the Packages of a namespace */
function policiesOf(object: SourcedObject, countIn: (namespace: string) => number): TranslatedObject {
  const { namespace, spec, problem } = named(object, KIND, "package");
  const count = countIn(namespace);
  // Called as the namespace and the entry: a Package's own name isn't why each of its flows is open, and would be taken for that.
  const metadata = (name: string) => ({
    name: `${namespace}${count === 1 ? "" : `-${count}`}-${name}`,
    namespace,
  });
  const problems: Unexpressed[] = [];
  const policies = asksOf(spec).flatMap((one) => {
    if ("direction" in one) return [policyOf(one, metadata(one.name))];
    problems.push(problem(one.path, one.message, one.remedy));
    return [];
  });
  const closed = networkPolicy(metadata("deny"), {}, { policyTypes: ["Ingress", "Egress"] });
  const egress = [{ to: [CLUSTER_DNS], ports: [{ protocol: "UDP", port: 53 }] }];
  const resolves = networkPolicy(metadata("dns"), {}, { policyTypes: ["Egress"], egress });
  return { policies: [closed, resolves, ...policies], problems };
}

function policyOf(
  { direction, pods, peers, ports, description }: Ask,
  metadata: { readonly name: string; readonly namespace: string },
): object {
  const isIngress = direction === "Ingress";
  const rule = {
    ...(peers === undefined ? {} : { [isIngress ? "from" : "to"]: peers }),
    ...(ports.length === 0 ? {} : { ports: ports.map((port) => ({ protocol: "TCP", port })) }),
  };
  const annotations = description === undefined ? {} : { annotations: { description } };
  return networkPolicy({ ...metadata, ...annotations }, pods, {
    policyTypes: [direction],
    [isIngress ? "ingress" : "egress"]: [rule],
  });
}
