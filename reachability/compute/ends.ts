import { type AddressSet, type Cidr, formatCidr } from "../../net";
import type { Classes } from "./classes";
import { UNKNOWN } from "../../kubernetes";
import { endId, type PodShape, type World } from "../read";

/** A workload's kind, `Node`, `IPBlock` for addresses outside, or what groups guard: `Database`, `Endpoint`. */
export type EndKind = string;

/** One end of connections, as it is reported. */
export interface ReportedEnd {
  /** `namespace/name[Kind]`; `name[Kind]` without a namespace; a CIDR for addresses outside. */
  readonly id: string;
  readonly kind: EndKind;
  /** Empty for what has none. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The classes of its pods: more than one where its pods differ. */
  readonly classes: readonly number[];
  /** Whether two of it can be told apart, so that it may talk to itself: all but a single Pod or Node. */
  readonly plural: boolean;
  /** What is meant, where addresses outside are asked about that aren't one block. */
  readonly addresses?: AddressSet;
}

/** Every end of a world, ordered by id: workloads and pods, then what groups guard, then addresses outside. */
export function endsOf(world: World, classes: Classes): ReportedEnd[] {
  const inside = world.workloads.map(
    ({ kind, namespace, name, variants, representative }, i): ReportedEnd => {
      const id = endId(kind, { namespace, name });
      return {
        id,
        kind,
        namespace,
        name,
        // Only printing asks for it.
        get labels() {
          return knownLabels(variants[0]);
        },
        classes: classes.ofWorkload[i] ?? [],
        plural: isPlural(kind, representative),
      };
    },
  );
  const guarded = (world.groups?.guarded ?? []).map(({ kind, name }, i): ReportedEnd => {
    const own = classes.ofGuarded[i];
    const id = endId(kind, { namespace: "", name });
    return {
      id,
      kind,
      namespace: "",
      name,
      labels: {},
      classes: own === undefined ? [] : [own],
      plural: true,
    };
  });
  const outside = [...classes.outside].flatMap(([number, part]) =>
    part.toCidrs().map((cidr) => ({ cidr, end: outsideEnd(cidr, number) })),
  );
  outside.sort((a, b) => a.cidr.family - b.cidr.family || (a.cidr.first < b.cidr.first ? -1 : 1));
  const byId = (a: ReportedEnd, b: ReportedEnd) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return unique([...inside.sort(byId), ...guarded.sort(byId), ...outside.map(({ end }) => end)]);
}

/** Whether an end of a kind is more than one thing. */
export const isPlural = (kind: EndKind, representative: boolean): boolean =>
  (kind !== "Pod" && kind !== "Node") || representative;

/** The end that a block of addresses outside is. `classes` stays empty where no class relation stands behind it. */
export function outsideEnd(cidr: Cidr, ...classes: readonly number[]): ReportedEnd {
  const id = formatCidr(cidr);
  return { id, kind: "IPBlock", namespace: "", name: id, labels: {}, classes, plural: true };
}

/** Objects that aren't named yet may share an id: the later ones get a number. */
function unique(ends: readonly ReportedEnd[]): ReportedEnd[] {
  const counts = new Map<string, number>();
  return ends.map((end) => {
    const count = (counts.get(end.id) ?? 0) + 1;
    counts.set(end.id, count);
    return count === 1 ? end : { ...end, labels: end.labels, id: `${end.id}#${count}` };
  });
}

function knownLabels(shape: PodShape | undefined): Readonly<Record<string, string>> {
  const entries = [...(shape?.labels.known ?? [])].filter(
    (entry): entry is [string, string] => entry[1] !== UNKNOWN,
  );
  return Object.fromEntries(entries);
}
