import { withoutLayout } from "../../compile/networkPolicy/names";
import { AddressSet } from "../../net/addressSet";
import type { PortSet } from "../../net/ports";
import { NEVER_INTERNET } from "../../net/specialRanges";
import type { End } from "../../reachability/compute/ends";
import { type Line, type Party, partyText } from "../../reachability/answer/formats/lines";
import { matches } from "../../reachability/read/selector";
import type { World } from "../../reachability/read/world";

/** One side of a computed connection, as an application's flows see it. */
export interface StackEnd {
  /** The end's id; the same for all addresses. */
  readonly id: string;
  /** What people call it: a workload's name, `monitoring/prometheus`, addresses. */
  readonly name: string;
  readonly kind: "own" | "pods" | "cloud" | "internet" | "addresses";
  /** Of pods. */
  readonly namespace: string;
  /** Of `internet` and `addresses`. */
  readonly addresses: AddressSet | undefined;
}

/** One computed connection that an application's namespace takes part in. */
export interface Atom {
  readonly from: StackEnd;
  readonly to: StackEnd;
  readonly sure: PortSet;
  /** Includes what is sure. */
  readonly possible: PortSet;
}

/**
 * By a workload's name, `fineract/write` for an instance, the ids of the ends that stand for its pods. Where a workload
 * runs as instances, its own name stands for pods that are none of these.
 */
export type WorkloadEnds = ReadonlyMap<string, readonly string[]>;

/** The connections that one namespace takes part in, and who its workloads are. */
export interface NamespaceAtoms {
  readonly atoms: readonly Atom[];
  readonly workloads: WorkloadEnds;
}

/** The connections of one namespace, its ends called by the workloads whose policies select them. */
export function atomsOf(world: World, lines: readonly Line[], namespace: string): NamespaceAtoms {
  const named = workloadNames(world, namespace);
  const ends = new Map<Party | string, readonly StackEnd[]>();
  const endsOf = (party: Party): readonly StackEnd[] => {
    const key = party.kind === "end" ? party.end.id : party;
    const known =
      ends.get(key) ?? (party.kind === "end" ? [podEnd(party.end, namespace, named)] : parts(party));
    ends.set(key, known);
    return known;
  };
  const own = (party: Party) => party.kind === "end" && party.end.namespace === namespace;
  const atoms = lines
    .filter(({ from, to }) => own(from) || own(to))
    .flatMap(({ from, to, allowed, unknown }) => {
      const possible = allowed.union(unknown);
      return endsOf(from).flatMap((source) =>
        endsOf(to).map((target): Atom => ({ from: source, to: target, sure: allowed, possible })),
      );
    });
  const workloads = new Map<string, string[]>();
  for (const [id, name] of named) workloads.set(name, [...(workloads.get(name) ?? []), id]);
  return { atoms, workloads };
}

/**
 * The workload of each representative, by its id: the one whose policies select it by the most labels. Policies are
 * called `nginx-ingress`, and `fineract.write-egress` for an instance.
 */
function workloadNames(world: World, namespace: string): ReadonlyMap<string, string> {
  const subjects = world.policies.flatMap(({ namespace: home, name, podSelector }) => {
    const [, workload, instance] = SUBJECT.exec(withoutLayout(name)) ?? [];
    if (home !== namespace || workload === undefined || podSelector.requirements.length === 0) return [];
    return [{ name: instance === undefined ? workload : `${workload}/${instance}`, selector: podSelector }];
  });
  const found = new Map<string, string>();
  for (const { kind, namespace: home, name, variants } of world.workloads) {
    const [shape] = variants;
    if (home !== namespace || shape === undefined) continue;
    const [best] = subjects
      .filter(({ selector }) => matches(selector, shape.labels) === "yes")
      .sort((one, other) => other.selector.requirements.length - one.selector.requirements.length);
    if (best !== undefined) found.set(`${home}/${name}[${kind}]`, best.name);
  }
  return found;
}

const SUBJECT = /^([^.]+)(?:\.(.+))?-(?:ingress|egress|observe)$/;

function podEnd(end: End, home: string, named: ReadonlyMap<string, string>): StackEnd {
  const { id, kind, namespace } = end;
  if (kind === "Database" || kind === "Endpoint") {
    return { id, name: `${kind.toLowerCase()} ${end.name}`, kind: "cloud", namespace, addresses: undefined };
  }
  const own = namespace === home;
  const name = named.get(id) ?? (own ? `any other pod of ${home}` : podName(end));
  return { id, name, kind: own ? "own" : "pods", namespace, addresses: undefined };
}

/** `monitoring/prometheus` for a representative that is known by its labels alone. */
function podName({ namespace, name, labels }: End): string {
  const values = Object.values(labels).join(",");
  if (namespace.startsWith("{"))
    return values === "" ? "pods of any other namespace" : `${values} of any other namespace`;
  if (!name.startsWith("{")) return `${namespace}/${name}`;
  return values === "" ? `any other pod of ${namespace}` : `${namespace}/${values}`;
}

const PUBLIC = NEVER_INTERNET.reduce((set, range) => set.subtract(range.set), AddressSet.all);

/** Addresses of the internet apart from all others: flows declare them apart. */
function parts({ addresses }: Extract<Party, { kind: "outside" }>): StackEnd[] {
  const end = (kind: "internet" | "addresses", part: AddressSet): StackEnd[] => {
    if (part.isEmpty()) return [];
    const text = partyText({ kind: "outside", addresses: part });
    const name = part.equals(PUBLIC) ? "internet" : text;
    return [{ id: "", name, kind, namespace: "", addresses: part }];
  };
  return [...end("internet", addresses.intersect(PUBLIC)), ...end("addresses", addresses.subtract(PUBLIC))];
}
