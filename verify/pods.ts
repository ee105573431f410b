import { namespacedName } from "../kubernetes";
/** A running pod, as far as probing needs it. */
export interface LivePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** At least one. */
  readonly addresses: readonly string[];
  readonly node: string;
  /** The container that probes run in; a pod's share one network. */
  readonly container: string;
}

interface ListedPod {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly containers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
  };
}

/**
 * The pods of a listing that have a network of their own now: running, with an address, not leaving. Pods on their node's
 * network are nobody's ends: no policy selects them.
 * @param objects Pods as the API server lists them
 */
export function livePods(objects: readonly unknown[]): LivePod[] {
  return (objects as readonly ListedPod[]).flatMap(({ metadata, spec, status }) => {
    const addresses =
      status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP === undefined ? [] : [status.podIP]);
    const container = spec?.containers?.[0]?.name;
    const gone = status?.phase !== "Running" || metadata.deletionTimestamp !== undefined;
    if (gone || spec?.hostNetwork === true || addresses.length === 0 || container === undefined) return [];
    return [
      {
        namespace: metadata.namespace ?? "default",
        name: metadata.name,
        uid: metadata.uid ?? "",
        labels: metadata.labels ?? {},
        addresses,
        node: spec?.nodeName ?? "",
        container,
      },
    ];
  });
}

export const podName = (pod: LivePod): string => namespacedName(pod);

/** Whether a pod carries all of these labels. */
export const carries = (pod: LivePod, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([key, value]) => pod.labels[key] === value);

/** Two at most, on different nodes where there are: each node enforces by itself. */
export function sample(pods: readonly LivePod[]): LivePod[] {
  const sorted = [...pods].sort((a, b) => (podName(a) < podName(b) ? -1 : 1));
  const [first] = sorted;
  if (first === undefined) return [];
  const second = sorted.find(({ node }) => node !== first.node) ?? sorted[1];
  return second === undefined ? [first] : [first, second];
}
