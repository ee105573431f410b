// Tests: test/reachability/compute/cilium.test.ts
import type { RulePeer, TierPeer } from "../read";

/** Whether rules tell a pod's own node from others. */
export const meansNodes = (
  rules: readonly { readonly peers: "everyone" | readonly RulePeer[] | readonly TierPeer[] }[],
): boolean =>
  rules.some(
    ({ peers }) =>
      peers !== "everyone" &&
      peers.some((peer) => peer.kind === "ends" && (peer.sort === "host" || peer.sort === "remote-node")),
  );

/** Whether rules name blocks. */
export const meansBlocks = (
  rules: readonly { readonly peers: "everyone" | readonly RulePeer[] }[],
): boolean => rules.some(({ peers }) => peers !== "everyone" && peers.some(({ kind }) => kind === "block"));
