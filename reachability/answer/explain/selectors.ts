import { type PodShape, seenLabels, UNKNOWN_NAME, type PodSet, type World } from "../../read";
import { matches, type Operator, type Requirement, type Selector, UNKNOWN } from "../../../kubernetes";

/** A label selector as a manifest holds it. */
export interface SelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: Operator;
    readonly values?: readonly string[];
  }[];
}

/** A selector that names some pods, and the workloads that it can't help naming too. */
export interface ExactSelector {
  readonly selector: SelectorObject;
  readonly also: readonly PodSet[];
}

/** Labels that controllers set: they differ from pod to pod, or from one rollout to the next. */
const BY_CONTROLLERS = new Set([
  "pod-template-hash",
  "pod-template-generation",
  "controller-revision-hash",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "job-name",
  "controller-uid",
]);
const lasting = (key: string) => !BY_CONTROLLERS.has(key) && !key.startsWith("batch.kubernetes.io/");

/**
 * The selector that names the pods of one workload and as few others of their namespace as selectors can. `within` is a
 * selector's requirements that hold for some of them: what is named is never outside of these. Undefined where the pods
 * share no label of their own.
 */
export function exactSelector(
  world: World,
  namespace: string,
  shapes: readonly PodShape[],
  within: readonly Requirement[] = [],
): ExactSelector | undefined {
  const { workloads } = world;
  const seen = (shape: PodShape): PodShape =>
    world.cni === "cilium" ? { ...shape, labels: seenLabels(world, shape) } : shape;
  const pods = shapes.map(seen);
  const shared = sharedLabels(pods);
  if (shared.size === 0) return undefined;
  const requirements: Requirement[] = [...shared].map(([key, value]) => isIn(key, [value]));
  requirements.push(...within.filter((one) => !impliedBy(one, shared)));
  const own = new Set(shapes);
  const also: PodSet[] = [];
  for (const workload of workloads) {
    if (workload.namespace !== namespace && workload.namespace !== UNKNOWN_NAME) continue;
    if (workload.variants.some((shape) => own.has(shape))) continue;
    let named = false;
    for (const shape of workload.variants) {
      if (!selects(requirements, seen(shape))) continue;
      const difference = tellingApart(pods, seen(shape));
      if (difference === undefined) named = true;
      else requirements.push(difference);
    }
    if (named) also.push(workload);
  }
  return { selector: selectorObject(requirements), also };
}

const isIn = (key: string, values: readonly string[]): Requirement => ({ key, operator: "In", values });

/** Labels that all of the pods have, with one value, and that no controller set. */
function sharedLabels(pods: readonly PodShape[]): ReadonlyMap<string, string> {
  const shared = new Map<string, string>();
  for (const [key, value] of pods[0]?.labels.known ?? []) {
    if (value === UNKNOWN || !lasting(key)) continue;
    if (pods.every(({ labels }) => labels.known.get(key) === value)) shared.set(key, value);
  }
  return shared;
}

const selectorOf = (requirements: readonly Requirement[]): Selector => ({
  requirements,
  complete: true,
  key: "",
});

function impliedBy(requirement: Requirement, shared: ReadonlyMap<string, string>): boolean {
  return matches(selectorOf([requirement]), { known: shared, complete: false }) === "yes";
}

/** No selector matches a pod in its node's network. */
const selects = (requirements: readonly Requirement[], { labels, hostNetwork }: PodShape): boolean =>
  hostNetwork !== true && matches(selectorOf(requirements), labels) !== "no";

/** A requirement that all of the pods meet, and the other doesn't; undefined where their labels are alike. */
function tellingApart(pods: readonly PodShape[], other: PodShape): Requirement | undefined {
  const candidates: Requirement[] = [];
  for (const key of other.labels.known.keys()) {
    if (!lasting(key)) continue;
    const values = pods.map(({ labels }) => labels.known.get(key));
    if (values.every((value) => value === undefined)) {
      candidates.push({ key, operator: "DoesNotExist", values: [] });
    }
    const known = values.filter((value): value is string => typeof value === "string");
    if (known.length === pods.length) candidates.push(isIn(key, [...new Set(known)].sort()));
  }
  return candidates.find(
    (one) =>
      pods.every(({ labels }) => matches(selectorOf([one]), labels) === "yes") && !selects([one], other),
  );
}

/** Whether a selector is known whole, so that a manifest can repeat it. */
export const writable = ({ requirements, complete }: Selector): boolean =>
  complete && requirements.every(({ values }) => values.every((value) => value !== UNKNOWN));

function selectorObject(requirements: readonly Requirement[]): SelectorObject {
  const matchLabels = new Map<string, string>();
  const matchExpressions = [];
  for (const { key, operator, values } of requirements) {
    const known = values.filter((value): value is string => value !== UNKNOWN);
    const [only, ...others] = known;
    if (operator === "In" && only !== undefined && others.length === 0 && !matchLabels.has(key)) {
      matchLabels.set(key, only);
    } else {
      matchExpressions.push({ key, operator, ...(known.length === 0 ? {} : { values: known }) });
    }
  }
  return {
    ...(matchLabels.size === 0 ? {} : { matchLabels: Object.fromEntries(matchLabels) }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
}
