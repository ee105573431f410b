// Tests: test/reachability/answer/isolation.test.ts
import { append } from "../../data";
import { both, type Direction, type Match } from "../../kubernetes";
import type { Analysis, ClassSets, ReportedEnd } from "../compute";
import { guardsOf, layersOf } from "./evidence";

/** A policy or group that holds an end's traffic back. */
export interface Isolation {
  /** `NetworkPolicy shop/web`, `security group sg-1`, `ClusterNetworkPolicy deny-metadata`. */
  readonly guard: string;
  /** False where it isn't known whether it concerns all pods of the end. */
  readonly certain: boolean;
}

/** What holds traffic back in one direction. */
export interface SideIsolation {
  /** Deny what no rule admits: NetworkPolicies first, then security groups, each in its world's order. Empty: all passes but what `deniedBy` denies. */
  readonly isolatedBy: readonly Isolation[];
  /** Policies of tiers that have Deny rules for the end. What such a rule denies is asked of each connection. */
  readonly deniedBy: readonly Isolation[];
}

export type Isolations = Readonly<Record<Direction, SideIsolation>>;

/** Finds what holds ends' traffic back by direction, whatever the connection. */
export function isolationsOf(analysis: Analysis): (end: ReportedEnd) => Isolations {
  const index = (side: Direction) => {
    const [isolating, denying] = [indexOf(isolatingIn(analysis, side)), indexOf(denyingIn(analysis, side))];
    return ({ classes }: ReportedEnd): SideIsolation => ({
      isolatedBy: concerning(isolating, classes),
      deniedBy: concerning(denying, classes),
    });
  };
  const [ingress, egress] = [index("ingress"), index("egress")];
  return (end) => ({ ingress: ingress(end), egress: egress(end) });
}

/** A policy or group, the pods that it selects, and whether it holds traffic of theirs back. */
interface Selecting {
  readonly guard: string;
  readonly selected: ClassSets;
  readonly holds: Match;
}

const isolatingIn = (analysis: Analysis, side: Direction): readonly Selecting[] =>
  layersOf(analysis)
    .flatMap((layer) => guardsOf(analysis, layer, side))
    .map(({ text, selected, direction }) => ({ guard: text, selected, holds: direction.isolates }));

const denyingIn = ({ world, relation }: Analysis, side: Direction): readonly Selecting[] =>
  world.tiers.map(({ kind, name, subject, [side]: rules }) => ({
    guard: `${kind} ${name}`,
    selected: relation.targets.podsIn(subject.namespaces, subject.pods),
    holds: rules.some(({ action }) => action === "deny") ? "yes" : "no",
  }));

/** What concerns one class of pods: the number of a policy or group, and whether it surely does. */
type Index = ReadonlyMap<number, readonly Concern[]>;
interface Concern {
  readonly number: number;
  readonly guard: string;
  readonly sure: boolean;
}

function indexOf(selecting: readonly Selecting[]): Index {
  const index = new Map<number, Concern[]>();
  for (const [number, { guard, selected, holds }] of selecting.entries()) {
    if (holds === "no") continue;
    for (const pods of selected.upper.toArray()) {
      const sure = both(selected.lower.has(pods) ? "yes" : "maybe", holds) === "yes";
      append(index, pods, { number, guard, sure });
    }
  }
  return index;
}

/** What concerns the pods of an end; it is certain where it surely does all of them. */
function concerning(index: Index, classes: readonly number[]): readonly Isolation[] {
  const found = new Map<number, { readonly guard: string; sure: number }>();
  for (const pods of classes)
    for (const { number, guard, sure } of index.get(pods) ?? []) {
      const one = found.get(number) ?? { guard, sure: 0 };
      if (sure) one.sure++;
      found.set(number, one);
    }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([, { guard, sure }]) => ({ guard, certain: sure === classes.length }));
}
