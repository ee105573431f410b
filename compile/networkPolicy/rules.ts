import { AddressSet, type PortSet } from "../../net";
import { compareText } from "../../flows";
import type { ClusterAddresses } from "../addresses";
import { type BlockOnPorts, type PodsOnPorts, uncoveredBlocks, uncoveredPods } from "./covered";
import type { LabelSelector, PolicyPeer, PolicyPort } from "./manifest";
import type { Opening } from "./peer";
import { type WrittenPeers, Speller } from "./spell";
import type { Spelling } from "./cniProfiles";

/** One rule of a policy, before its direction gives the peers their key. Neither list is ever empty. */
export interface CompiledRule {
  readonly peers: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
  /** What its ports are: rules are sorted by it first. */
  readonly place: string;
  /** What it says: rules are equal if and only if their texts are. */
  readonly text: string;
}

/** Where rules are written: whose namespace needs no selector, what the internet is, how it is spelled. */
export interface RuleContext {
  readonly namespace: string;
  readonly addresses: ClusterAddresses;
  readonly spelling: Spelling;
}

/** Compiles the rules of one namespace's policies. */
export class RuleCompiler {
  private readonly speller: Speller;

  constructor(private readonly context: RuleContext) {
    this.speller = new Speller(context.namespace, context.addresses);
  }

  /** The pods that a policy is about. */
  selector(labels: Readonly<Record<string, string>>): LabelSelector {
    return this.speller.selector(labels);
  }

  /**
   * The fewest rules that admit exactly what the openings say together: equal ports share a rule, what another peer
   * already covers is dropped. Sorted by content, so the same openings in any order give the same rules.
   */
  rules(openings: readonly Opening[]): readonly CompiledRule[] {
    const { speller } = this;
    const { pods, blocks } = this.merged(openings);
    const groups = new Map<string, { ports: PortSet; pods: WrittenPeers[]; addresses: AddressSet }>();
    const group = (ports: PortSet) => {
      const key = speller.portsKey(ports);
      const known = groups.get(key);
      if (known !== undefined) return known;
      const made = { ports, pods: [], addresses: AddressSet.empty };
      groups.set(key, made);
      return made;
    };
    const rules: CompiledRule[] = [];
    for (const { peer, ports } of pods) group(ports).pods.push(speller.pods(peer));
    for (const { addresses, ports, internet } of blocks) {
      // A rule of its own: beside other blocks, some CNIs let an exception win over what they admit.
      if (internet) rules.push(this.rule([speller.internet()], ports, "internet"));
      else group(ports).addresses = joined(group(ports).addresses, addresses);
    }
    for (const { ports, pods: chosen, addresses } of groups.values()) {
      const blocked = addresses.isEmpty() ? [] : [speller.blocks(addresses)];
      rules.push(this.rule([...chosen.sort(byText), ...blocked], ports));
    }
    return rules.sort(byText);
  }

  /** Kubernetes reads an empty list as everyone or everything: no rule with one ever leaves this file. */
  private rule(
    spelled: readonly WrittenPeers[],
    ports: PortSet,
    whom: "chosen" | "internet" = "chosen",
  ): CompiledRule {
    // Ports first: a peer that comes or goes moves no rule (Spelling.places).
    const place = `${this.speller.portsKey(ports)} ${whom}`;
    const rule = {
      peers: spelled.flatMap(({ peers }) => peers),
      ports: this.speller.ports(ports),
      place,
      text: `${place} ${spelled.map(({ text }) => text).join()}`,
    };
    if (rule.peers.length === 0 || rule.ports.length === 0) {
      throw new Error("A rule without peers or ports would admit everyone: refused.");
    }
    return rule;
  }

  /** Openings once equal peers are one and what others cover is gone. */
  private merged(openings: readonly Opening[]): {
    readonly pods: readonly PodsOnPorts[];
    readonly blocks: readonly BlockOnPorts[];
  } {
    const { addresses, spelling } = this.context;
    const pods = new Map<string, PodsOnPorts>();
    const blocks = new Map<string, BlockOnPorts>();
    for (const { peer, ports } of openings) {
      if (peer.kind === "pods") {
        const key = this.speller.podsKey(peer);
        const known = pods.get(key);
        pods.set(key, { peer, ports: known === undefined ? ports : known.ports.union(ports) });
        continue;
      }
      const set = peer.kind === "internet" ? addresses.internet : peer.addresses;
      const internet = peer.kind === "internet" && spelling.internet === "except";
      const key = `${String(internet)} ${this.speller.cidrsOf(set).join()}`;
      const known = blocks.get(key);
      blocks.set(key, {
        addresses: set,
        ports: known === undefined ? ports : known.ports.union(ports),
        internet,
      });
    }
    return { pods: uncoveredPods([...pods.values()]), blocks: uncoveredBlocks([...blocks.values()]) };
  }
}

const joined = (a: AddressSet, b: AddressSet): AddressSet => (a.isEmpty() ? b : a.union(b));

const byText = (a: { readonly text: string }, b: { readonly text: string }): number =>
  compareText(a.text, b.text);
