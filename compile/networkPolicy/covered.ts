import { AddressSet, PortSet } from "../../net";
import { compareText } from "../../flows";
import { meansAllOf, type ResolvedPods } from "./peer";

/** Pods on some ports. */
export interface PodsOnPorts {
  readonly peer: ResolvedPods;
  readonly ports: PortSet;
}

/** Addresses on some ports; `internet` where the profile spells these as one block with exceptions. */
export interface BlockOnPorts {
  readonly addresses: AddressSet;
  readonly ports: PortSet;
  readonly internet: boolean;
}

const labelCount = ({ pods }: ResolvedPods): number => (pods === "every-pod" ? 0 : Object.keys(pods).length);

/** Without those whose every port some other peers, which mean all their pods, have too. Each peer comes once. */
export function uncoveredPods(all: readonly PodsOnPorts[]): readonly PodsOnPorts[] {
  // A wider peer has fewer labels: where all have equally many, nothing covers anything.
  if (new Set(all.map(({ peer }) => labelCount(peer))).size < 2) return all;
  // And it has one of the narrower one's labels first, or none: a thousand peers stay a thousand look-ups.
  const byFirstLabel = new Map<string, PodsOnPorts[]>();
  for (const entry of all) {
    const at = `${entry.peer.namespace} ${labelsOf(entry.peer)[0] ?? EVERY_POD}`;
    const others = byFirstLabel.get(at);
    if (others === undefined) byFirstLabel.set(at, [entry]);
    else others.push(entry);
  }
  return all.filter(({ peer, ports }) => {
    const wider = [EVERY_POD, ...labelsOf(peer)]
      .flatMap((label) => byFirstLabel.get(`${peer.namespace} ${label}`) ?? [])
      .filter((other) => other.peer !== peer && meansAllOf(other.peer, peer));
    return !wider.reduce((set, other) => set.union(other.ports), PortSet.empty).covers(ports);
  });
}

const EVERY_POD = "";

const labelsOf = ({ pods }: ResolvedPods): string[] =>
  pods === "every-pod" ? [] : Object.entries(pods).map(([key, value]) => `${key}=${value}`);

/** Without those whose every address has every port from the others. The smallest go first, so the widest stay. */
export function uncoveredBlocks(all: readonly BlockOnPorts[]): readonly BlockOnPorts[] {
  if (all.length < 2) return all;
  const smallestFirst = [...all].sort(
    (a, b) =>
      Number(a.addresses.size() - b.addresses.size()) ||
      compareText(a.addresses.toString(), b.addresses.toString()),
  );
  let left: readonly BlockOnPorts[] = smallestFirst;
  for (const block of smallestFirst) {
    const others = left.filter((other) => other !== block);
    const missing = block.ports
      .ranges()
      .map((range) => PortSet.of([range]))
      .some((ports) => {
        const admitted = others.filter((other) => other.ports.covers(ports));
        return !admitted
          .reduce((set, other) => set.union(other.addresses), AddressSet.empty)
          .covers(block.addresses);
      });
    if (!missing) left = others;
  }
  return left;
}
