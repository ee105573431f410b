import type { Match, NamedPort, Selector } from "../../kubernetes";
import type { AddressSet, Cidr, PortSet } from "../../net";
import type { Source } from "./problems";

/** The ports of one rule: those it certainly opens, those that a destination names, those that it may open. */
export interface RulePorts {
  readonly numbers: PortSet;
  readonly named: readonly NamedPort[];
  readonly maybe: PortSet;
  /** Each range as it is written, once: some plugins count them. Left out where that doesn't matter. */
  readonly pairs?: readonly string[];
}

/** A NetworkPolicy's block as it is written. */
export interface WrittenBlock {
  readonly cidr: Cidr;
  readonly except: readonly Cidr[];
  /** The texts of the block and its exceptions, where one isn't canonical: some plugins tell spellings apart. */
  readonly spelled?: readonly string[];
}

/** One item of a rule's `from` or `to`. */
export type RulePeer =
  | { readonly kind: "pods"; readonly namespaces: Selector | "own"; readonly pods: Selector }
  | {
      readonly kind: "block";
      readonly set: AddressSet;
      readonly text: string;
      /** A group's block has none. */
      readonly written?: WrittenBlock;
    }
  /** Ends that a security group is attached to. */
  | { readonly kind: "group"; readonly id: string }
  /** Ends of one sort, whatever their labels and addresses. `host` is the node of the pod that is judged, `remote-node` any other. */
  | {
      readonly kind: "ends";
      readonly sort: "everyone" | "pods" | "nodes" | "host" | "remote-node" | "outside";
    }
  /** A peer that isn't known: it may match anyone. */
  | { readonly kind: "unknown" };

/** One rule: its ports are open to its peers. */
export interface Rule {
  readonly peers: "everyone" | readonly RulePeer[];
  readonly ports: RulePorts;
  /** Where it stands: `spec.ingress[0]`, or a group rule's id. */
  readonly place: string;
  /** Why less than this may pass by it, where that is so. */
  readonly atMost?: string;
}

/** What a policy or group does in one direction. Nothing but its rules gets through where it isolates. */
export interface DirectionRules {
  readonly isolates: Match;
  readonly rules: readonly Rule[];
}

/** A NetworkPolicy. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly source: Source;
  readonly podSelector: Selector;
  readonly ingress: DirectionRules;
  readonly egress: DirectionRules;
}
