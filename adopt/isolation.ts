import { append } from "../data";
import { type Direction, DIRECTIONS, matches } from "../kubernetes";
import { atSubject } from "../problems";
import { OTHER, type PodShape, type World } from "../reachability/read";
import type { Unexpressed } from "./plan";
import { idOf, type ImportedWorkload, keyOf, shapesOf } from "./workloads";

/** In which directions a workload is open today, because no policy isolates all its pods. */
export interface MissingIsolation {
  /** "shop/web". */
  readonly workload: string;
  readonly namespace: string;
  readonly directions: readonly Direction[];
  /** Whether no policy isolates any of its pods in any direction. */
  readonly isOpen: boolean;
  /** Ids of its ends. */
  readonly ends: readonly string[];
}

/** Where the workloads of a namespace are open today. */
export function missingIsolation(
  namespace: string,
  workloads: readonly ImportedWorkload[],
  { policies }: World,
): readonly MissingIsolation[] {
  const own = policies.filter((policy) => policy.namespace === namespace);
  const byWorkload = new Map<string, ImportedWorkload[]>();
  for (const one of workloads) append(byWorkload, keyOf(one), one);
  return [...byWorkload].map(([workload, group]) => {
    const members = group.flatMap((one) => one.members);
    const shapes = members.flatMap(shapesOf);
    const isIsolated = ({ labels }: PodShape, direction: Direction, isSure: boolean) =>
      own.some((policy) => {
        const verdicts = [policy[direction].isolates, matches(policy.podSelector, labels)];
        return isSure ? verdicts.every((one) => one === "yes") : verdicts.every((one) => one !== "no");
      });
    return {
      workload,
      namespace,
      directions: DIRECTIONS.filter((direction) =>
        shapes.some((shape) => !isIsolated(shape, direction, true)),
      ),
      isOpen: shapes.every((shape) => DIRECTIONS.every((direction) => !isIsolated(shape, direction, false))),
      ends: members.map(idOf),
    };
  });
}

/** That workloads are open, as what the language can't say: those of a namespace that are so in the same directions together. */
export function openWorkloads(missing: readonly MissingIsolation[]): readonly Unexpressed[] {
  const groups = new Map<string, MissingIsolation[]>();
  for (const one of missing)
    if (one.directions.length > 0) append(groups, `${one.namespace} ${one.directions.join()}`, one);
  return [...groups.values()].flatMap((group): Unexpressed[] => {
    const [first] = group;
    if (first === undefined) return [];
    const directions = first.directions.join(" and ");
    return [
      {
        place: atSubject(group.map(({ workload }) => workload).join(", ")),
        message: `no policy isolates ${directions}, so all is open that the other side admits`,
        remedy: `An application is closed in both directions: watch what of this is used, and declare it`,
        ends: group.flatMap(({ ends }) => ends),
        directions: first.directions,
      },
    ];
  });
}

/** The pods of a namespace that no selector names, where the input holds no workloads: isolation closes them, whatever they are. */
export const undeclaredPods = (namespace: string, { workloads }: World): readonly Unexpressed[] =>
  workloads
    .filter((one) => one.namespace === namespace && one.name === OTHER)
    .map((one) => ({
      place: atSubject(idOf(one)),
      message: "pods that no policy names aren't declared",
      remedy:
        "Give the manifests of the workloads with those of the policies: isolation closes what isn't declared",
      ends: [idOf(one)],
      directions: DIRECTIONS,
    }));
