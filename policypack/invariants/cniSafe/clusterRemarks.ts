// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { append } from "../../../data";
import { DIRECTIONS } from "../../../kubernetes";
import type { Family } from "../../../net";
import { isIgnored, type NetworkPolicyFact } from "../../facts";
import { podFamilies } from "../../judgment";
import type { ClusterView } from "./clusterView";
import { addressesOfBlock, type PolicyDefect, type Remark } from "./defect";

/**
 * What a CNI does with the pods that policies isolate, whatever their rules say: told once for each cluster, of the first of the
 * policies that it concerns. Sources: Cilium 1.20.2, by packets; amazon-vpc-cni-k8s, ENABLE_V4_EGRESS; aws-network-policy-agent, README.
 */
export function clusterRemarks(
  cni: string,
  policies: readonly NetworkPolicyFact[],
  around: ClusterView,
): PolicyDefect[] {
  const byCluster = new Map<string, NetworkPolicyFact[]>();
  for (const policy of policies) append(byCluster, policy.subject.cluster.key, policy);
  return [...byCluster.values()].flatMap((all): PolicyDefect[] => {
    const found = remarkOf(cni, all, around);
    const [policy, ...others] = found?.policies ?? [];
    if (found === undefined || policy === undefined) return [];
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    return [{ policy, remark: { ...found.remark, evidence: `${found.remark.evidence}${more}` } }];
  });
}

interface Found {
  readonly policies: readonly NetworkPolicyFact[];
  readonly remark: Remark;
}

function remarkOf(cni: string, all: readonly NetworkPolicyFact[], around: ClusterView): Found | undefined {
  if (cni === "cilium")
    return {
      policies: all.filter(isolatesEgress),
      remark: {
        says: "closes its pods' way to their own node on cilium",
        because: "a pod reaches its own node by a rule only there, where by the API's words it always does",
        evidence: "the policy isolates egress",
      },
    };
  const [first] = all;
  return cni === "aws-vpc-cni" && first !== undefined
    ? otherFamily(all, podFamilies(around.addressesIn(first.subject), around.settings))
    : undefined;
}

/** Packets of the family that the cluster isn't set up for: a cluster has one. */
function otherFamily(all: readonly NetworkPolicyFact[], families: readonly Family[]): Found {
  const [family] = families;
  if (family === 6 && families.length === 1)
    return {
      policies: all.filter(isolatesEgress),
      remark: {
        says: "doesn't filter IPv4 on aws-vpc-cni",
        because:
          "the cluster's pods have IPv6 addresses, and what they send by IPv4 passes unfiltered unless ENABLE_V4_EGRESS is false",
        evidence: "the policy isolates egress",
      },
    };
  return {
    policies: all.filter(namesIpv6),
    remark: {
      says: "has blocks of IPv6, which count on aws-vpc-cni only where the cluster's pods have IPv6 addresses",
      because: "a cluster filters the family that it is set up for, and packets of the other pass unfiltered",
      evidence: "the policy names addresses of IPv6",
    },
  };
}

function isolatesEgress(policy: NetworkPolicyFact): boolean {
  const { policyTypes, egress } = policy;
  return policyTypes.known && policyTypes.value.length > 0
    ? !isIgnored(policy, "egress")
    : egress.rules.known && egress.rules.value.length > 0;
}

const namesIpv6 = (policy: NetworkPolicyFact): boolean =>
  DIRECTIONS.some((direction) => {
    const { rules } = policy[direction];
    return (rules.known ? rules.value : []).some(
      ({ peers }) =>
        peers.known && peers.value.some((peer) => addressesOfBlock(peer)?.families().includes(6) === true),
    );
  });
