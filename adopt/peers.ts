import type { PodChoice } from "../flows";
import {
  EVERYTHING,
  isNamespaceName,
  matches,
  NAMESPACE_NAME_LABEL,
  type Requirement,
  type Selector,
  selector as selectorFrom,
} from "../kubernetes";
import type { NetworkPolicy, RulePeer, PodSet, World } from "../reachability/read";
import { isRepresentativeName, OTHER } from "../reachability/read";
import { meansOthers, shapesOf } from "./workloads";

type PodPeer = Extract<RulePeer, { readonly kind: "pods" }>;

/** Pods of one namespace that a rule names. */
export interface NamedPods {
  readonly namespace: string;
  readonly selector: Selector;
  /** The same as the language says it; undefined where labels alone can't. */
  readonly pods: PodChoice | undefined;
  /** Whether that is all that is meant: a selector of other kinds means pods to come, too. */
  readonly isWhole: boolean;
  /** What of the world they are. */
  readonly members: readonly PodSet[];
}

/** What a rule's peer means: pods by namespace, every pod of the cluster, or what can't be told, in words. */
export type PodsMeaning =
  /** Of every namespace, those that hold such pods. */
  | { readonly kind: "pods"; readonly named: readonly NamedPods[]; readonly isAnywhere: boolean }
  | { readonly kind: "every-namespace" }
  | { readonly kind: "unclear"; readonly message: string; readonly nearest: string };

/** What pods a peer of a policy's rule means, namespace by namespace. */
export function podsMeant(peer: PodPeer, policy: NetworkPolicy, world: World): PodsMeaning {
  if (peer.namespaces !== "own" && isEverything(peer.namespaces) && isEverything(peer.pods))
    return { kind: "every-namespace" };
  const namespaces = peer.namespaces === "own" ? [policy.namespace] : namespacesMeant(peer.namespaces, world);
  if (namespaces === undefined)
    return {
      kind: "unclear",
      message: "which namespaces it selects isn't known",
      nearest: "Give the manifests of the namespaces, with their labels",
    };
  const named = namespaces.flatMap((namespace) => podsIn(namespace, peer.pods, world));
  const isAnywhere = peer.namespaces !== "own" && isEverything(peer.namespaces);
  const held = isAnywhere ? named.filter(({ members }) => members.length > 0) : named;
  if (held.length > 0) return { kind: "pods", named: held, isAnywhere };
  return {
    kind: "unclear",
    message: "selects no namespace of the input",
    nearest: "Give the Namespace's manifest, or name it in the policy by kubernetes.io/metadata.name",
  };
}

const isEverything = (one: Selector): boolean => one.key === EVERYTHING.key;

/** The namespaces that a selector means; undefined where that isn't known. */
function namespacesMeant(selector: Selector, { namespaces }: World): readonly string[] | undefined {
  const named = selector.requirements.flatMap(({ key, operator, values }) =>
    key === NAMESPACE_NAME_LABEL && operator === "In" ? values : [],
  );
  const found = [...namespaces].filter(([name]) => !isRepresentativeName(name));
  const verdicts = found.map(([name, labels]) => [name, matches(selector, labels)] as const);
  if (verdicts.some(([, match]) => match === "maybe")) return undefined;
  const missing =
    selector.requirements.length === 1
      ? named.filter(
          (name): name is string =>
            typeof name === "string" && isNamespaceName(name) && !namespaces.has(name),
        )
      : [];
  return [...verdicts.flatMap(([name, match]) => (match === "yes" ? [name] : [])), ...missing].sort();
}

function podsIn(namespace: string, selector: Selector, world: World): readonly NamedPods[] {
  const membersOf = (one: Selector) =>
    world.workloads.filter(
      (workload) =>
        workload.namespace === namespace &&
        workload.name !== OTHER &&
        shapesOf(workload).some(({ labels }) => matches(one, labels) !== "no"),
    );
  const plain = plainSelectors(selector);
  if (plain !== undefined)
    return plain.map((one) => ({
      namespace,
      selector: one,
      pods: choiceOf(one),
      isWhole: true,
      members: membersOf(one),
    }));
  const members = membersOf(selector);
  return [{ namespace, selector, members, pods: choiceOfMembers(members, world, namespace), isWhole: false }];
}

/** The most sets of labels that a selector of lists of values is written as. */
const MOST_CHOICES = 12;

/** Selectors of one value a label that mean together what one of lists of values means; undefined for any other. */
function plainSelectors({ requirements, complete }: Selector): readonly Selector[] | undefined {
  if (!complete || requirements.some(({ operator }) => operator !== "In")) return undefined;
  let sets: (readonly Requirement[])[] = [[]];
  for (const { key, values } of requirements)
    sets = sets.flatMap((set) =>
      values.map((value): readonly Requirement[] => [...set, { key, operator: "In", values: [value] }]),
    );
  const plain = sets.map((set) => selectorFrom(set));
  return plain.length <= MOST_CHOICES && plain.every((one) => choiceOf(one) !== undefined)
    ? plain
    : undefined;
}

/** A selector of plain labels, as the language writes it. */
function choiceOf({ requirements, complete }: Selector): PodChoice | undefined {
  if (!complete) return undefined;
  if (requirements.length === 0) return "every-pod";
  const labels = new Map<string, string>();
  for (const { key, operator, values } of requirements) {
    const [value, ...others] = values;
    if (operator !== "In" || typeof value !== "string" || others.length > 0) return undefined;
    if (labels.has(key) && labels.get(key) !== value) return undefined;
    labels.set(key, value);
  }
  return Object.fromEntries([...labels].sort());
}

/** Labels that one workload has and no other pod of its namespace, where a selector means it alone. */
function choiceOfMembers(members: readonly PodSet[], world: World, namespace: string): PodChoice | undefined {
  const [only, ...others] = members;
  const shape = only === undefined ? undefined : shapesOf(only)[0];
  if (only === undefined || shape === undefined || others.length > 0) return undefined;
  const labels = Object.fromEntries(
    [...shape.labels.known].filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const isAlone =
    Object.keys(labels).length > 0 &&
    shapesOf(only).every(({ labels: own }) =>
      Object.entries(labels).every(([key, value]) => own.known.get(key) === value),
    ) &&
    !meansOthers(labels, [only], world, namespace);
  return isAlone ? labels : undefined;
}
