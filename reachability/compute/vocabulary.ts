import { type Address, AddressSet, type Family } from "../../net";
import { interfaceSpace } from "./groupNetwork";
import {
  type Cni,
  type Rule,
  type RulePeer,
  type RulePorts,
  SelectorIndex,
  UNKNOWN_NAME,
  type World,
} from "../read";

/**
 * Everything by which policies and groups tell ends apart: the distinct selectors, blocks and port names of a world.
 * Two ends that agree on all of these are one, for every question.
 */
export class Vocabulary {
  readonly pods = new SelectorIndex();
  readonly namespaces = new SelectorIndex();
  /** Port names, as `TCP/http`. */
  readonly portNames = new Set<string>();
  private readonly blockNumbers = new Map<string, number>();
  private readonly blockSets: AddressSet[] = [];
  private located: Located | undefined;

  private readonly cni: Cni;

  constructor(world: World) {
    this.cni = world.cni;
    const inhabited = new Set(world.workloads.map(({ namespace }) => namespace));
    for (const { namespace, podSelector, ingress, egress } of world.policies) {
      // Rules that nobody obeys tell nothing apart.
      if (!inhabited.has(namespace) && !inhabited.has(UNKNOWN_NAME) && namespace !== UNKNOWN_NAME) continue;
      this.pods.add(podSelector);
      if (ingress.isolates !== "no") this.addRules(ingress.rules);
      if (egress.isolates !== "no") this.addRules(egress.rules);
    }
    for (const { subject, ingress, egress } of world.cilium) {
      this.pods.add(subject.pods);
      this.namespaces.add(subject.namespaces);
      this.addRules(ingress.rules);
      this.addRules(egress.rules);
    }
    for (const { subject, ingress, egress } of world.tiers) {
      this.pods.add(subject.pods);
      this.namespaces.add(subject.namespaces);
      for (const { peers, ports } of [...ingress, ...egress]) {
        this.addPorts(ports);
        for (const peer of peers) if (peer.kind === "pods" || peer.kind === "block") this.addPeer(peer);
      }
    }
    for (const subject of world.uncomputed.flatMap(({ subjects }) => subjects)) {
      if (subject.kind === "nodes") continue;
      this.pods.add(subject.pods);
      if (typeof subject.namespaces !== "string") this.namespaces.add(subject.namespaces);
    }
    if (world.groups === undefined) return;
    for (const group of world.groups.groups) {
      this.addRules(group.ingress);
      this.addRules(group.egress);
    }
    // Groups tell addresses of the VPC from others: interfaces that carry groups are there, and no SNAT on the way.
    this.blocksIn(interfaceSpace(world.groups));
  }

  private addRules(rules: readonly Rule[]): void {
    for (const { peers, ports } of rules) {
      this.addPorts(ports);
      if (peers !== "everyone") for (const peer of peers) this.addPeer(peer);
    }
  }

  private addPorts({ named }: RulePorts): void {
    for (const { protocol, name } of named) this.portNames.add(`${protocol}/${name}`);
  }

  private addPeer(peer: RulePeer): void {
    if (peer.kind === "pods") {
      this.pods.add(peer.pods);
      if (peer.namespaces !== "own") this.namespaces.add(peer.namespaces);
    } else if (peer.kind === "block") {
      this.blocksIn(peer.set);
      // There each block and each exception is an entry of its own.
      if (this.cni === "aws-vpc-cni" && peer.written !== undefined)
        for (const cidr of [peer.written.cidr, ...peer.written.except]) this.blocksIn(AddressSet.of(cidr));
    }
  }

  /** The numbers of a peer's addresses: one for each family, since a packet has one. */
  blocksIn(set: AddressSet): readonly number[] {
    const families = set.families();
    return families.length === 1
      ? [this.block(set)]
      : families.map((family) => this.block(set.ofFamily(family)));
  }

  /** The family of a block's addresses. */
  familyOf(block: number): Family | undefined {
    return this.blockSets[block]?.families()[0];
  }

  private block(set: AddressSet): number {
    const key = set
      .toRanges()
      .map(({ family, first, last }) => `${family} ${first} ${last}`)
      .join();
    const known = this.blockNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.blockSets.length;
    this.blockNumbers.set(key, number);
    this.blockSets.push(set);
    this.located = undefined;
    return number;
  }

  get blocks(): readonly AddressSet[] {
    return this.blockSets;
  }

  /** All addresses, split where some block tells them apart. */
  get parts(): readonly AddressAtom[] {
    return this.locate().parts;
  }

  /** The part that holds an address. */
  partAt({ family, value }: Address): AddressAtom | undefined {
    const { parts, runs } = this.locate();
    const list = family === 4 ? runs.v4 : runs.v6;
    const run = list[runAt(list, value)];
    return run && parts[run.part];
  }

  /** The blocks that hold all of `addresses`, and those that hold some. */
  blocksOf(addresses: AddressSet): { readonly all: readonly number[]; readonly some: readonly number[] } {
    const { parts, runs } = this.locate();
    const some = new Set<number>();
    let all: readonly number[] | undefined;
    for (const { family, first, last } of addresses.toRanges()) {
      const list = family === 4 ? runs.v4 : runs.v6;
      for (let at = runAt(list, first); at < list.length; at++) {
        const run = list[at];
        if (run === undefined || run.first > last) break;
        const members = parts[run.part]?.members ?? [];
        for (const member of members) some.add(member);
        all = all === undefined ? members : all.filter((member) => members.includes(member));
      }
    }
    return { all: all ?? [], some: [...some].sort((a, b) => a - b) };
  }

  private locate(): Located {
    if (this.located !== undefined) return this.located;
    const parts = AddressSet.partition(this.blockSets);
    const runs = parts.flatMap(({ part }, number) =>
      part.toRanges().map((range) => ({ ...range, part: number })),
    );
    runs.sort((a, b) => (a.first < b.first ? -1 : 1));
    this.located = {
      parts,
      runs: { v4: runs.filter(({ family }) => family === 4), v6: runs.filter(({ family }) => family === 6) },
    };
    return this.located;
  }
}

/** Addresses that no block tells apart, and the blocks that hold them. */
export interface AddressAtom {
  readonly part: AddressSet;
  readonly members: readonly number[];
}

interface Run {
  readonly first: bigint;
  readonly last: bigint;
  readonly part: number;
}

interface Located {
  readonly parts: readonly AddressAtom[];
  readonly runs: { readonly v4: readonly Run[]; readonly v6: readonly Run[] };
}

/** The run that holds an address; runs are sorted and cover all. */
function runAt(runs: readonly Run[], address: bigint): number {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const run = runs[middle];
    if (run !== undefined && run.first <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}
