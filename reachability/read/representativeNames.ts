// Tests: test/reachability/read/representatives.test.ts
import { append } from "../../data";
import { type LabelSet, isAnyValue } from "./labelClasses";

/** Stands for whatever no selector names. */
export const OTHER = "{other}";

/** Whether a name is a representative's, of a pod or a namespace: no real one has braces. */
export const isRepresentativeName = (name: string): boolean => name.startsWith("{");

/** `{app=web,tier=b}`: what a representative with these labels is called. */
export const nameOf = (labels: LabelSet): string =>
  labels.length === 0 ? OTHER : `{${labels.map(([key, value]) => `${key}=${value}`).join(",")}}`;

/** The labels that a representative's name shows. */
export const labelsInName = (name: string): LabelSet =>
  name === OTHER
    ? []
    : [...name.matchAll(/[{,]([^=,{}]+)=([^,{}]*)/g)].map(
        ([, key = "", value = ""]) => [key, value] as const,
      );

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Finds, among representatives, the one that a further one was part of: in its namespace, or else in the one that stands
 * for it, the one whose labels are the most of its labels.
 */
export function standingFor<T extends Named>(all: readonly T[]): (one: Named) => T | undefined {
  const byNamespace = new Map<string, T[]>();
  for (const one of all) append(byNamespace, one.namespace, one);
  const homes = [...byNamespace.keys()];
  return ({ namespace, name }) => {
    if (!isRepresentativeName(name)) return undefined;
    const home = byNamespace.has(namespace)
      ? namespace
      : closest(homes.filter(isMade), partsOf(namespace), partsOf);
    const own = home === undefined ? [] : (byNamespace.get(home) ?? []);
    return closest(own, { cluster: "", labels: labelsInName(name) }, (known) => ({
      cluster: "",
      labels: labelsInName(known.name),
    }));
  };
}

/** A namespace's cluster, where there are several, and the labels that its name shows. */
interface Parts {
  readonly cluster: string;
  readonly labels: LabelSet;
}

function partsOf(namespace: string): Parts {
  const at = namespace.lastIndexOf(":") + 1;
  return { cluster: namespace.slice(0, at), labels: labelsInName(namespace.slice(at)) };
}

const isMade = (namespace: string) => isRepresentativeName(namespace.slice(namespace.lastIndexOf(":") + 1));

/** The candidate that has the most of the wanted labels and none beyond them. */
function closest<T>(candidates: readonly T[], wanted: Parts, partsOfOne: (one: T) => Parts): T | undefined {
  const labels = new Map(wanted.labels);
  let best: { readonly one: T; readonly points: number } | undefined;
  for (const one of candidates) {
    const parts = partsOfOne(one);
    if (parts.cluster !== wanted.cluster) continue;
    const points = parts.labels.reduce((sum, [key, value]) => sum + pointsOf(labels.get(key), value), 0);
    if (points > (best?.points ?? -1)) best = { one, points };
  }
  return best?.one;
}

/** What one label of a candidate says: its value counts most, then that it is there with any value. */
function pointsOf(wanted: string | undefined, value: string): number {
  if (wanted === undefined) return Number.NEGATIVE_INFINITY;
  if (wanted === value) return 2;
  return isAnyValue(value) ? 1 : Number.NEGATIVE_INFINITY;
}
