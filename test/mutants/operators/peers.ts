import { eachPeer, eachRule, type Peer } from "../policies";
import type { Operator } from "../stack";

const NAME = "kubernetes.io/metadata.name";

/** Replaces a peer by others. */
function instead(peer: Peer, peers: Peer[], ...others: readonly Peer[]): true {
  peers.splice(peers.indexOf(peer), 1, ...others);
  return true;
}

/** A peer beside those of each rule. */
const added = (name: string, ...others: readonly Peer[]): Operator => ({
  name,
  changes: (stack) =>
    eachRule(stack, (_, { peers }) => {
      peers.push(...structuredClone(others));
      return true;
    }),
});

/** Doubles what a block holds. */
function shorter(cidr: string): string | undefined {
  const [address = "", prefix = ""] = cidr.split("/");
  const bits = Number(prefix) - 1;
  if (address.includes(":") || bits < 0) return undefined;
  const value = address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const size = 1n << BigInt(32 - bits);
  const first = (value / size) * size;
  return `${[24n, 16n, 8n, 0n].map((shift) => String((first >> shift) & 255n)).join(".")}/${bits}`;
}

/** Mistakes in the peers that a rule names. */
export const PEER_OPERATORS: readonly Operator[] = [
  {
    name: "AND of namespace and pods becomes OR",
    changes: (stack) =>
      eachPeer(stack, (peer, { peers }) => {
        const { namespaceSelector, podSelector } = peer;
        if (namespaceSelector === undefined || podSelector === undefined) return false;
        return instead(peer, peers, { namespaceSelector }, { podSelector });
      }),
  },
  {
    name: "a namespace's every pod",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        if (peer.namespaceSelector === undefined || peer.podSelector === undefined) return false;
        delete peer.podSelector;
        return true;
      }),
  },
  {
    name: "pods of every namespace by their labels",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        if (peer.podSelector === undefined) return false;
        peer.namespaceSelector = {};
        return true;
      }),
  },
  {
    name: "every pod of the own namespace",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        if (peer.podSelector === undefined || peer.namespaceSelector !== undefined) return false;
        peer.podSelector = {};
        return true;
      }),
  },
  {
    name: "the peer's podSelector negated",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        const [label] = Object.entries(peer.podSelector?.matchLabels ?? {});
        if (label === undefined) return false;
        peer.podSelector = { matchExpressions: [{ key: label[0], operator: "NotIn", values: [label[1]] }] };
        return true;
      }),
  },
  {
    name: "the peer's label in any value",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        const [label] = Object.entries(peer.podSelector?.matchLabels ?? {});
        if (label === undefined) return false;
        peer.podSelector = { matchExpressions: [{ key: label[0], operator: "Exists" }] };
        return true;
      }),
  },
  {
    name: "the namespace's name negated",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        const name = peer.namespaceSelector?.matchLabels?.[NAME];
        if (name === undefined) return false;
        peer.namespaceSelector = { matchExpressions: [{ key: NAME, operator: "NotIn", values: [name] }] };
        return true;
      }),
  },
  {
    name: "the peer's label misspelled",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        const [label] = Object.entries(peer.podSelector?.matchLabels ?? {});
        if (label === undefined) return false;
        peer.podSelector = { matchLabels: { ...peer.podSelector?.matchLabels, [label[0]]: `${label[1]}x` } };
        return true;
      }),
  },
  {
    name: "the peer's namespace misspelled",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        const name = peer.namespaceSelector?.matchLabels?.[NAME];
        if (name === undefined) return false;
        peer.namespaceSelector = { matchLabels: { [NAME]: `${name}x` } };
        return true;
      }),
  },
  {
    name: "a second namespace in the list",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        const name = peer.namespaceSelector?.matchLabels?.[NAME];
        if (name === undefined) return false;
        const values = [name, "stranger"];
        peer.namespaceSelector = { matchExpressions: [{ key: NAME, operator: "In", values }] };
        return true;
      }),
  },
  {
    name: "a namespace by a label that anyone can set",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        if (peer.namespaceSelector?.matchLabels?.[NAME] === undefined) return false;
        peer.namespaceSelector = { matchLabels: { team: "platform" } };
        return true;
      }),
  },
  {
    name: "an address block twice as wide",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        const wider = peer.ipBlock && shorter(peer.ipBlock.cidr);
        if (wider === undefined) return false;
        peer.ipBlock = { ...peer.ipBlock, cidr: wider };
        return true;
      }),
  },
  {
    name: "except left out",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        if (peer.ipBlock?.except === undefined) return false;
        peer.ipBlock = { cidr: peer.ipBlock.cidr };
        return true;
      }),
  },
  {
    name: "except without one of its blocks",
    changes: (stack) =>
      [0, 1, 2, 4, 5, 7].flatMap((index) =>
        eachPeer(stack, (peer) => {
          if (peer.ipBlock?.except?.[index] === undefined) return false;
          peer.ipBlock = {
            ...peer.ipBlock,
            except: peer.ipBlock.except.filter((_, number) => number !== index),
          };
          return true;
        }),
      ),
  },
  {
    name: "an empty peer",
    changes: (stack) =>
      eachPeer(stack, (peer) => {
        delete peer.ipBlock;
        delete peer.namespaceSelector;
        delete peer.podSelector;
        return true;
      }),
  },
  added("the world as a peer", { ipBlock: { cidr: "0.0.0.0/0" } }),
  added("the world in halves", { ipBlock: { cidr: "0.0.0.0/1" } }, { ipBlock: { cidr: "128.0.0.0/1" } }),
  added("IPv6's world as a peer", { ipBlock: { cidr: "::/0" } }),
  added("private addresses as a peer", { ipBlock: { cidr: "10.0.0.0/8" } }),
  added("instance metadata as a peer", { ipBlock: { cidr: "169.254.169.254/32" } }),
  added("link-local addresses as a peer", { ipBlock: { cidr: "169.254.0.0/16" } }),
  added("every namespace as a peer", { namespaceSelector: {} }),
  added("the own namespace as a peer", { podSelector: {} }),
  added("another namespace as a peer", { namespaceSelector: { matchLabels: { [NAME]: "stranger" } } }),
  added("other pods as a peer", { podSelector: { matchLabels: { app: "debug" } } }),
];
