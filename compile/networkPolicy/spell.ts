import { getOrMake } from "../../data";
import { NAMESPACE_NAME_LABEL } from "../../kubernetes";
import { AddressSet, formatCidr, type PortSet } from "../../net";
import { type Labels, sortedByKey } from "../../flows";
import type { ClusterAddresses } from "../addresses";
import type { LabelSelector, PolicyPeer, PolicyPort } from "./manifest";
import type { ResolvedPods } from "./peer";

/** Peers as a policy has them, and the text that they are sorted by. */
export interface WrittenPeers {
  readonly peers: readonly PolicyPeer[];
  readonly text: string;
}

/**
 * Writes peers and ports as NetworkPolicies have them, for policies of one namespace. The same workload, ports and
 * addresses come back in thousands of rules: each is spelled once.
 */
export class Speller {
  private readonly selectors = new Map<Labels, LabelSelector>();
  private readonly podTexts = new Map<ResolvedPods, string>();
  private readonly podPeers = new Map<ResolvedPods, WrittenPeers>();
  private readonly portTexts = new Map<PortSet, string>();
  private readonly portLists = new Map<PortSet, readonly PolicyPort[]>();
  private readonly cidrs = new Map<AddressSet, readonly string[]>();

  constructor(
    private readonly namespace: string,
    private readonly addresses: ClusterAddresses,
  ) {}

  /** Pods by their labels, sorted by key. */
  selector(labels: Labels): LabelSelector {
    return getOrMake(this.selectors, labels, () => ({ matchLabels: sortedByKey(labels) }));
  }

  /** A text that peers share if they mean the same pods by the same labels, and only these. */
  podsKey(peer: ResolvedPods): string {
    return getOrMake(this.podTexts, peer, () => {
      const { namespace, pods } = peer;
      return `${namespace} ${pods === "every-pod" ? pods : JSON.stringify(this.selector(pods))}`;
    });
  }

  /** The namespace is said even for an instance of "every-pod": a bare podSelector is only ever our own namespace's. */
  pods(peer: ResolvedPods): WrittenPeers {
    return getOrMake(this.podPeers, peer, () => {
      const { namespace, pods } = peer;
      const podSelector = pods === "every-pod" ? {} : this.selector(pods);
      const spelled: PolicyPeer =
        namespace === this.namespace
          ? { podSelector }
          : { namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } }, podSelector };
      return { peers: [spelled], text: JSON.stringify(spelled) };
    });
  }

  /** A set's canonical blocks. */
  cidrsOf(set: AddressSet): readonly string[] {
    return getOrMake(this.cidrs, set, () => set.toCidrs().map(formatCidr));
  }

  blocks(set: AddressSet): WrittenPeers {
    const cidrs = this.cidrsOf(set);
    return { peers: cidrs.map((cidr) => ({ ipBlock: { cidr } })), text: cidrs.join() };
  }

  /** The internet as one block a family, with exceptions. */
  internet(): WrittenPeers {
    const { internet, internetBases } = this.addresses;
    const peers = internetBases.map((cidr): PolicyPeer => {
      const except = AddressSet.of(cidr).subtract(internet).toCidrs().map(formatCidr);
      return { ipBlock: except.length === 0 ? { cidr } : { cidr, except } };
    });
    return { peers, text: JSON.stringify(peers) };
  }

  /** A text that equal sets of ports share, and only these. */
  portsKey(ports: PortSet): string {
    return getOrMake(this.portTexts, ports, () => ports.key());
  }

  ports(ports: PortSet): readonly PolicyPort[] {
    return getOrMake(this.portLists, ports, () =>
      ports
        .ranges()
        .map(({ protocol, from, to }) =>
          from === to ? { protocol, port: from } : { protocol, port: from, endPort: to },
        ),
    );
  }
}
