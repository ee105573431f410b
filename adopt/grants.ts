import type { Peer } from "../flows";
import { type Direction, DIRECTIONS, matches, PEERS_FIELD } from "../kubernetes";
import { AddressSet } from "../net";
import type { Path } from "../problems";
import type { NetworkPolicy, PodSet, Rule } from "../reachability/read";
import { blockMeaning } from "./blocks";
import { type NamedPods, podsMeant } from "./peers";
import type { RuleOrigin, Unexpressed } from "./plan";
import type { GrantContext, GrantPeer, RuleGrant } from "./ruleGrant";
import { isNameResolution, platformServiceAt } from "./platform";
import { pathOf, placeOf, portsAt, tooManyPorts } from "./rules";
import { idOf, type ImportedWorkload, keyOf, shapesOf } from "./workloads";

/** What is read of all rules. */
export interface ReadGrants {
  readonly grants: readonly RuleGrant[];
  readonly unexpressed: readonly Unexpressed[];
  /** Policies that let workloads resolve names, by namespace. */
  readonly resolving: ReadonlyMap<string, ReadonlySet<string>>;
  /** The workloads that they let ("shop/web"). */
  readonly resolvers: ReadonlySet<string>;
}

/** Reads every rule of every policy of the imported namespaces. */
export function readGrants(context: GrantContext): ReadGrants {
  const reader = new GrantReader(context);
  for (const policy of context.world.policies) reader.policy(policy);
  return reader;
}

class GrantReader implements ReadGrants {
  readonly grants: RuleGrant[] = [];
  readonly unexpressed: Unexpressed[] = [];
  readonly resolving = new Map<string, Set<string>>();
  readonly resolvers = new Set<string>();

  constructor(private readonly context: GrantContext) {}

  policy(policy: NetworkPolicy): void {
    const subjects = this.subjectsOf(policy);
    if (subjects.length === 0) return;
    for (const direction of DIRECTIONS) {
      const side = policy[direction];
      if (side.isolates === "no") continue;
      for (const rule of side.rules) this.rule(policy, direction, rule, subjects);
    }
  }

  private subjectsOf(policy: NetworkPolicy): readonly ImportedWorkload[] {
    const own = this.context.imported.get(policy.namespace) ?? [];
    return own.filter(({ members }) =>
      members.every((member) =>
        shapesOf(member).every(({ labels }) => matches(policy.podSelector, labels) === "yes"),
      ),
    );
  }

  private rule(
    policy: NetworkPolicy,
    direction: Direction,
    rule: Rule,
    subjects: readonly ImportedWorkload[],
  ): void {
    const origin = { policy, place: rule.place };
    const lost = (message: string, remedy: string, more: Path = []) =>
      void this.unexpressed.push({
        place: placeOf(policy, [...pathOf(rule.place), ...more]),
        message,
        remedy,
        ends: subjects.flatMap(({ members }) => members.map(idOf)),
        directions: [direction],
      });
    if (!rule.ports.maybe.isEmpty()) lost("its ports aren't known", "Give the values that they depend on");
    const resolves =
      direction === "egress" && rule.ports.named.length === 0 && isNameResolution(rule.ports.numbers);
    if (rule.peers === "everyone") {
      if (resolves) {
        this.resolves(policy, subjects);
        lost(
          "name resolution is open to everyone",
          "The cluster's own DNS is imported: it is part of every workload's egress",
        );
      } else
        lost(
          direction === "ingress"
            ? "admits everyone, and no flow may come from everyone"
            : "lets everything leave, and no flow may lead to everyone",
          direction === "ingress"
            ? "Declare who connects: an ingressController(), workloads, internet() or cidr()"
            : "Declare what it connects to: workloads, internet() or cidr()",
        );
      return;
    }
    let blocks = AddressSet.empty;
    for (const [index, peer] of rule.peers.entries()) {
      const at: Path = [PEERS_FIELD[direction], index];
      switch (peer.kind) {
        case "block":
          blocks = blocks.union(peer.set);
          break;
        case "group":
        case "ends":
        case "unknown":
          lost("whom it means isn't known", "Give the values that it depends on", at);
          break;
        case "pods": {
          const meaning = podsMeant(peer, policy, this.context.world);
          if (meaning.kind === "unclear") lost(meaning.message, meaning.nearest, at);
          else if (meaning.kind === "every-namespace") {
            if (resolves) this.resolves(policy, subjects);
            lost(
              "means every pod of the cluster, and no flow may",
              resolves
                ? "The cluster's own DNS is imported: it is part of every workload's egress"
                : "Declare the workloads, or podsOf() for each namespace",
              at,
            );
          } else {
            if (meaning.isAnywhere)
              lost(
                "means such pods of every namespace, and no flow may",
                "Those of the input's namespaces are imported: declare podsOf() for each other",
                at,
              );
            for (const named of meaning.named)
              this.pods(named, { policy, direction, rule, subjects, origin, resolves }, (message, nearest) =>
                lost(message, nearest, at),
              );
          }
          break;
        }
      }
    }
    if (!blocks.isEmpty()) this.blocks(blocks, { policy, direction, rule, subjects, origin, resolves }, lost);
  }

  private resolves({ namespace, name }: NetworkPolicy, subjects: readonly ImportedWorkload[]): void {
    for (const subject of subjects) this.resolvers.add(keyOf(subject));
    const known = this.resolving.get(namespace) ?? new Set();
    this.resolving.set(namespace, known.add(name));
  }

  private pods(named: NamedPods, read: ReadRule, lost: (message: string, nearest: string) => void): void {
    const { namespace } = named;
    if (!named.isWhole)
      lost(
        `selects pods of ${namespace} by more than labels' values`,
        "The input's workloads that match are imported; a workload to come needs a flow of its own",
      );
    const own = this.context.imported.get(namespace);
    if (own !== undefined) {
      if (named.members.length === 0)
        lost(
          `selects no pod of ${namespace} that the input holds`,
          "Give the manifest of the workload that it means",
        );
      for (const workload of own) {
        const matched = workload.members.flatMap((member) =>
          shapesOf(member).map(({ labels }) => matches(named.selector, labels)),
        );
        if (matched.every((match) => match === "no")) continue;
        if (!matched.every((match) => match === "yes"))
          lost(
            `it isn't known whether it means ${namespace}/${workload.reference}`,
            "Select by labels that the pods' template has",
          );
        else this.grant(read, { kind: "imported", workload }, workload.members, lost);
      }
      return;
    }
    const { dns } = this.context.cluster;
    if (read.resolves && namespace === dns.namespace) {
      this.resolves(read.policy, read.subjects);
      if (JSON.stringify(named.pods) === JSON.stringify(dns.pods)) return;
      if (named.pods === "every-pod") {
        lost(
          `opens port 53 of every pod of ${namespace}`,
          "The cluster's DNS is imported, and no other pod: it is part of every workload's egress",
        );
        return;
      }
    }
    if (named.pods === undefined) {
      lost(
        `pods of ${namespace} that no labels alone mean`,
        "Give them a label, and select by it: podsOf() takes labels, or every-pod",
      );
      return;
    }
    const service = platformServiceAt(this.context.cluster, namespace, named.pods);
    const peer: Peer =
      service === undefined ? { kind: "pods", namespace, pods: named.pods } : { kind: "platform", service };
    this.grant(read, { kind: "peer", peer }, named.members, lost);
  }

  private blocks(set: AddressSet, read: ReadRule, lost: (message: string, nearest: string) => void): void {
    const meaning = blockMeaning(set, this.context.addresses);
    for (const { message, nearest } of meaning.lost) lost(message, nearest);
    if (meaning.internet) {
      const wide = tooManyPorts(read.rule.ports.numbers);
      if (wide)
        lost("opens nearly every port to the internet", "List the ports that are needed, such as tcp/443");
      else this.grant(read, { kind: "peer", peer: { kind: "internet" } }, "addresses", lost);
    }
    if (meaning.cidrs.length === 0) return;
    const database =
      read.direction === "egress"
        ? this.context.databaseAt(AddressSet.of(...meaning.cidrs), read.rule.ports.numbers)
        : undefined;
    const peer: Peer =
      database === undefined ? { kind: "cidr", cidrs: meaning.cidrs } : { kind: "database", database };
    this.grant(read, { kind: "peer", peer }, "addresses", lost);
  }

  /** @param there the pods at the other end, which say what a port's name is where they are the destination */
  private grant(
    { direction, rule, subjects, origin }: ReadRule,
    peer: GrantPeer,
    there: readonly PodSet[] | "addresses",
    lost: (message: string, nearest: string) => void,
  ): void {
    for (const subject of subjects) {
      const { ports, isWhole } = portsAt(rule.ports, direction === "ingress" ? subject.members : there);
      if (!isWhole)
        lost(
          `the number of port ${rule.ports.named.map(({ name }) => name).join(", ")} isn't known, or not one for all pods`,
          "Write the port's number, or give the manifests of the pods that listen",
        );
      if (!ports.isEmpty()) this.grants.push({ subject, direction, peer, ports, origin });
    }
  }
}

interface ReadRule {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly rule: Rule;
  readonly subjects: readonly ImportedWorkload[];
  readonly origin: RuleOrigin;
  /** Whether it is for name resolution alone. */
  readonly resolves: boolean;
}
