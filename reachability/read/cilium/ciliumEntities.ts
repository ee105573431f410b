// Tests: test/reachability/read/ciliumPolicy.test.ts, test/reachability/compute/cilium.test.ts
import type { CiliumPeer, ServicePeer } from "./ciliumPolicy";

/** Whom a rule means. */
export interface CiliumPeers {
  /** Undefined where it names none: then it means everyone, but where it names no ports either. */
  readonly peers: readonly CiliumPeer[] | undefined;
  readonly services: readonly ServicePeer[];
  /** Whom it may mean besides, and why that isn't known. */
  readonly doubtful: readonly { readonly peers: readonly CiliumPeer[]; readonly because: string }[];
}

export const NO_PEERS: CiliumPeers = { peers: undefined, services: [], doubtful: [] };

/** All ends of one sort. */
export const end = (sort: Extract<CiliumPeer, { readonly kind: "ends" }>["sort"]): CiliumPeer => ({
  kind: "ends",
  sort,
});

/** Surely these. */
export const these = (...peers: readonly CiliumPeer[]): CiliumPeers => ({ ...NO_PEERS, peers });

/** Perhaps these. */
export const perhaps = (because: string, ...peers: readonly CiliumPeer[]): CiliumPeers => ({
  ...these(),
  doubtful: [{ peers, because }],
});

/** Entities whose members are among the ends, or may be. */
export function entityPeers(name: string): CiliumPeers | undefined {
  switch (name) {
    case "all":
      return these(end("everyone"));
    case "world":
      return these(end("outside"));
    case "world-ipv4":
    case "world-ipv6":
      return perhaps(`${name} means nobody in a cluster of one family`, end("outside"));
    case "cluster":
      return these(end("pods"), end("nodes"));
    case "cluster-mesh":
      return {
        ...these(end("pods"), end("nodes")),
        doubtful: [{ peers: [end("outside")], because: "which addresses other clusters have isn't known" }],
      };
    case "host":
      return these(end("host"));
    case "remote-node":
      return these(end("remote-node"));
    case "kube-apiserver":
      return perhaps("where the API server is isn't known", end("nodes"), end("outside"));
    case "none":
    case "init":
    case "ingress":
    case "health":
    case "unmanaged":
      return these();
    default:
      return undefined;
  }
}
