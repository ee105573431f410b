import { append } from "../data";
import { matches, type Selector } from "../kubernetes";
import { OTHER, type PodSet, type World } from "../reachability/read";
import { nameFrom, untaken } from "./names";
import { type ImportedWorkload, peersOf, shapesOf } from "./workloads";

/** What of a namespace's pods can be called by labels, and what can't. */
export interface GroupedWorkloads {
  readonly workloads: readonly ImportedWorkload[];
  readonly unnamed: readonly {
    readonly member: PodSet;
    readonly because: string;
    readonly nearest: string;
  }[];
}

/** Keys that name a pod's workload, best first. */
const NAMING_KEYS = [
  "app.kubernetes.io/name",
  "app",
  "component",
  "app.kubernetes.io/component",
  "k8s-app",
  "name",
  "run",
];

/** The labels that all pods of a workload are known to carry. */
function commonLabels(workload: PodSet): ReadonlyMap<string, string> {
  const [first, ...others] = shapesOf(workload);
  const entries = [...(first?.labels.known ?? [])].filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === "string" && others.every(({ labels }) => labels.known.get(entry[0]) === entry[1]),
  );
  return new Map(entries);
}

/**
 * Groups a namespace's pods into workloads that one label tells apart: the one that its policies use. Pods that share its value
 * are one workload where no policy tells them apart, else instances of one.
 */
export function groupWorkloads(namespace: string, world: World): GroupedWorkloads {
  const members = world.workloads.filter(
    (one) => one.namespace === namespace && one.name !== OTHER && shapesOf(one).length > 0,
  );
  const selectors = selectorsFor(namespace, world);
  const labelled = members.map((member) => ({ member, labels: commonLabels(member) }));
  const key = namingKey(
    labelled.map(({ labels }) => labels),
    selectors,
  );
  const without = labelled.filter(({ labels }) => key === undefined || !labels.has(key));
  const byValue = new Map<string, typeof labelled>();
  for (const one of labelled) {
    const value = key === undefined ? undefined : one.labels.get(key);
    if (value !== undefined) append(byValue, value, one);
  }
  const taken = new Set<string>();
  const found = [...byValue]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, group]) => {
      const name = untaken(nameFrom(value) ?? nameFrom(group[0]?.member.name ?? "") ?? "workload", taken);
      taken.add(name);
      return split(namespace, name, labelsOf(group, key ?? ""), group, selectors);
    });
  return {
    workloads: found.flatMap(({ workloads }) => workloads),
    unnamed: [
      ...without.map(({ member }) => ({
        member,
        because:
          key === undefined
            ? "its pods have no label that is known"
            : `its pods have no label ${key}, which tells the namespace's other workloads apart`,
        nearest: key === undefined ? "Give them a label" : `Give them a label ${key} of their own`,
      })),
      ...found.flatMap(({ unnamed }) => unnamed),
    ],
  };
}

/** The label that names a group; of pods that only selectors tell of, all that these ask for: others aren't meant. */
function labelsOf(group: readonly Labelled[], key: string): Readonly<Record<string, string>> {
  const [first] = group;
  const common = [...(first?.labels ?? [])].filter(([name, value]) =>
    group.every(({ labels }) => labels.get(name) === value),
  );
  const isMade = group.every(({ member }) => member.representative);
  return Object.fromEntries(isMade ? common : common.filter(([name]) => name === key));
}

interface Labelled {
  readonly member: PodSet;
  readonly labels: ReadonlyMap<string, string>;
}

/** One workload, or its instances where policies tell its pods apart and a label does too. */
function split(
  namespace: string,
  workload: string,
  labels: Readonly<Record<string, string>>,
  group: readonly Labelled[],
  selectors: readonly Selector[],
): GroupedWorkloads {
  const bySignature = new Map<string, Labelled[]>();
  for (const one of group) append(bySignature, signatureOf(one.member, selectors), one);
  const whole = { namespace, workload, labels };
  if (bySignature.size < 2)
    return {
      workloads: [{ ...whole, reference: workload, members: group.map(({ member }) => member) }],
      unnamed: [],
    };
  const kinds = [...bySignature.values()];
  const key = [...(kinds[0]?.[0]?.labels.keys() ?? [])].find((candidate) => {
    const values = kinds.map((kind) => new Set(kind.map(({ labels: own }) => own.get(candidate))));
    const all = values.flatMap((set) => [...set]);
    return (
      values.every((set) => set.size === 1) &&
      new Set(all).size === kinds.length &&
      all.every((value) => value !== undefined && nameFrom(value) !== undefined)
    );
  });
  if (key === undefined)
    return {
      workloads: [],
      unnamed: group.map(({ member }) => ({
        member,
        because: `policies tell its pods from others with ${Object.entries(labels)
          .map((entry) => entry.join("="))
          .join(",")}, and no label with a value for each does`,
        nearest: "Give each a label of one key with a value of its own, such as instance",
      })),
    };
  const taken = new Set<string>();
  return {
    workloads: kinds.map((kind): ImportedWorkload => {
      const value = kind[0]?.labels.get(key) ?? "";
      const name = untaken(nameFrom(value) ?? value, taken);
      taken.add(name);
      return {
        ...whole,
        reference: `${workload}/${name}`,
        instance: { name, labels: { [key]: value } },
        members: kind.map(({ member }) => member),
      };
    }),
    unnamed: [],
  };
}

/** Which selectors mean a workload's pods. */
const signatureOf = (member: PodSet, selectors: readonly Selector[]): string =>
  selectors
    .map((one) =>
      shapesOf(member)
        .map(({ labels }) => matches(one, labels)[0])
        .join(""),
    )
    .join(" ");

/** The selectors that may mean pods of a namespace, by what policies select and whom they name. */
function selectorsFor(namespace: string, { policies, namespaces }: World): readonly Selector[] {
  const labels = namespaces.get(namespace);
  const found = policies.flatMap((policy): Selector[] => [
    ...(policy.namespace === namespace ? [policy.podSelector] : []),
    ...peersOf(policy).flatMap((peer) => {
      if (peer.kind !== "pods") return [];
      const isMeant =
        peer.namespaces === "own"
          ? policy.namespace === namespace
          : labels !== undefined && matches(peer.namespaces, labels) !== "no";
      return isMeant ? [peer.pods] : [];
    }),
  ]);
  return [...new Map(found.map((one) => [one.key, one])).values()];
}

/** The label that tells most workloads apart: of those that most have, one that policies use, then the usual ones. */
function namingKey(
  all: readonly ReadonlyMap<string, string>[],
  selectors: readonly Selector[],
): string | undefined {
  const used = new Set(selectors.flatMap(({ requirements }) => requirements.map(({ key }) => key)));
  const keys = [...new Set(all.flatMap((labels) => [...labels.keys()]))].filter((key) =>
    all.some((labels) => nameFrom(labels.get(key) ?? "") !== undefined),
  );
  const rank = (key: string) => (NAMING_KEYS.includes(key) ? NAMING_KEYS.indexOf(key) : NAMING_KEYS.length);
  const facts = keys.map((key) => {
    const values = all.flatMap((labels) => labels.get(key) ?? []);
    return {
      key,
      held: values.length,
      isUsed: used.has(key) ? 1 : 0,
      told: new Set(values).size,
      rank: rank(key),
    };
  });
  facts.sort(
    (a, b) =>
      b.held - a.held ||
      b.isUsed - a.isUsed ||
      b.told - a.told ||
      a.rank - b.rank ||
      (a.key < b.key ? -1 : 1),
  );
  return facts[0]?.key;
}
