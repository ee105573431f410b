// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { AddressSet, POD_IDENTITY_AGENT } from "../../../net";
import { type Direction, DIRECTIONS } from "../../../kubernetes";
import { isIgnored, type NetworkPolicyFact, type PeerFact } from "../../facts";
import { listText } from "../../judgment";
import type { ClusterView } from "./clusterView";
import { addressesOfBlock, type PolicyDefect } from "./defect";

/** The CNIs that judge a packet after a Service's address became a pod's. Sources: packets on k3s and Cilium 1.20.2; Calico's documentation. */
const SEES_PODS = ["calico", "cilium", "k3s"];

/** Blocks that hold addresses of the cluster's own, which the CNI doesn't match, or not by these addresses. */
export function insideBlocks(cni: string, policy: NetworkPolicyFact, around: ClusterView): PolicyDefect[] {
  if (!SEES_PODS.includes(cni)) return [];
  return DIRECTIONS.flatMap((direction) => {
    const { rules } = policy[direction];
    if (isIgnored(policy, direction) && cni !== "cilium") return [];
    return (rules.known ? rules.value : []).flatMap(({ peers }) =>
      (peers.known ? peers.value : []).flatMap((peer) => {
        const block = addressesOfBlock(peer);
        if (block === undefined || block.isEmpty()) return [];
        return ofBlock(cni, { peer, block, direction }, policy, around);
      }),
    );
  });
}

interface BlockPlace {
  readonly peer: PeerFact;
  readonly block: AddressSet;
  readonly direction: Direction;
}

function ofBlock(
  cni: string,
  place: BlockPlace,
  policy: NetworkPolicyFact,
  around: ClusterView,
): PolicyDefect[] {
  const { block, direction, peer } = place;
  const { services, pods, nodes, podRanges } = around.addressesIn(policy.subject);
  const path = `${peer.path}.ipBlock`;
  const configured = around.ranges.union(AddressSet.of(...POD_IDENTITY_AGENT.cidrs));
  // Such a block is told by itself.
  if (cni === "cilium" && configured.covers(block)) return [];
  const behind = direction === "egress" ? services.filter(({ addresses }) => addresses.overlaps(block)) : [];
  const titles = listText(behind.map(({ of }) => of.title));
  if (joined(behind).covers(block))
    return [
      {
        policy,
        defect: {
          wrong: "a block of a Service's address opens nothing: policies see the pods behind",
          evidence: `${path} is within the addresses of ${titles}`,
          remedy: `name the pods behind by labels, and their port, in ${peer.path}`,
        },
      },
    ];
  if (cni !== "cilium")
    return behind.length === 0 || block.covers(AddressSet.allV4) || block.covers(AddressSet.allV6)
      ? []
      : [
          {
            policy,
            remark: {
              says: `has a block that opens nothing to Services by ${cni}, unless it holds the pods behind, too`,
              because: "policies see these pods, not the Service's address",
              evidence: `${path} holds addresses of ${titles}`,
            },
          },
        ];
  const own = joined([...pods, ...nodes, ...behind])
    .union(podRanges)
    .union(around.ranges);
  if (own.covers(block))
    return [
      {
        policy,
        defect: {
          wrong: "a block within the cluster never matches pods or nodes",
          evidence: `${path} holds nothing but addresses of the cluster's own`,
          remedy: `name pods by labels in ${peer.path}; nodes need a CiliumNetworkPolicy`,
        },
      },
    ];
  return own.overlaps(block)
    ? [
        {
          policy,
          remark: {
            says: "has a block that matches no pod or node by cilium",
            because: "address blocks match only what is outside the cluster",
            evidence: `${path} holds ${own.intersect(block).toString()}, which is the cluster's own`,
          },
        },
      ]
    : [];
}

const joined = (located: readonly { readonly addresses: AddressSet }[]): AddressSet =>
  located.reduce((sum, { addresses }) => sum.union(addresses), AddressSet.empty);
