// Tests: test/observe/podTable.test.ts
import { isMap, mapsIn } from "../data";
import { isLabelKey, isLabelValue, isNamespaceName, isObjectName } from "../kubernetes";
import { formatAddress, parseAddress } from "../net";

/** A pod, and the time in which it surely held its addresses: milliseconds since 1970, both included. */
export interface HeldPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It has the node's own addresses: they aren't told apart from those of others there. */
  readonly onHostNetwork: boolean;
  readonly first: number;
  readonly last: number;
}

/** Why nobody can be named. Its text is what reports say. */
export type Unheld =
  | "an address that no known pod held then"
  | "an address that a known pod held at another time"
  | "an address that several pods held then"
  | "a record without a time";

/** Who held which address, and when; of lists of pods that were saved at known times. */
export class PodTable {
  private readonly byAddress = new Map<string, HeldPod[]>();
  private readonly byName = new Map<string, HeldPod[]>();
  private count = 0;

  /** The latest moment that any list vouches for. */
  latest: number | undefined;

  get size(): number {
    return this.count;
  }

  /**
   * Adds a saved list (`kubectl get pods --output json`, or a part of one).
   * @param savedAt when it was saved; undefined: as late as the list itself proves.
   * @returns whether it is a list of pods at all.
   */
  add(value: unknown, savedAt: number | undefined): boolean {
    if (!isMap(value)) return false;
    const items = Array.isArray(value["items"]) ? mapsIn(value["items"]) : [value];
    const pods = items.filter(
      ({ kind }) => kind === "Pod" || (kind === undefined && value["kind"] === "PodList"),
    );
    if (pods.length === 0 && !String(value["kind"]).endsWith("List")) return false;
    const proven = savedAt ?? latestIn(pods);
    this.latest = Math.max(this.latest ?? proven, proven);
    for (const pod of pods) this.addPod(pod, proven);
    return true;
  }

  /** Who held an address all through a time, or why nobody can be named. */
  at(address: string, time: { readonly first: number; readonly last: number } | undefined): HeldPod | Unheld {
    const held = this.byAddress.get(address) ?? [];
    if (held.length === 0) return "an address that no known pod held then";
    if (time === undefined) return "a record without a time";
    const then = held.filter(({ first, last }) => first <= time.last && time.first <= last);
    const [one, ...others] = then;
    if (one === undefined) return "an address that a known pod held at another time";
    if (others.length > 0) return "an address that several pods held then";
    return one.first <= time.first && time.last <= one.last
      ? one
      : "an address that a known pod held at another time";
  }

  /** A pod by its name, where all that ever had it are alike; undefined where none is known. */
  named(namespace: string, name: string): HeldPod | undefined {
    const [first, ...others] = this.byName.get(`${namespace}/${name}`) ?? [];
    if (first === undefined) return undefined;
    const labels = JSON.stringify(first.labels);
    return others.every((one) => JSON.stringify(one.labels) === labels) ? first : undefined;
  }

  private addPod(pod: Readonly<Record<string, unknown>>, proven: number): void {
    const { metadata, spec, status } = pod;
    if (!isMap(metadata) || !isMap(status)) return;
    const { uid, namespace = "default", name, labels } = metadata;
    if (typeof namespace !== "string" || typeof name !== "string") return;
    if (!isNamespaceName(namespace) || !isObjectName(name)) return;
    const first = instant(status["startTime"]) ?? instant(metadata["creationTimestamp"]);
    if (first === undefined) return;
    const ended = endOf(status);
    const held: HeldPod = {
      uid: typeof uid === "string" ? uid : `${namespace}/${name}/${first}`,
      namespace,
      name,
      labels: labelsIn(labels),
      onHostNetwork: isMap(spec) && spec["hostNetwork"] === true,
      first,
      last: ended === undefined ? Math.max(first, proven) : Math.max(first, Math.min(ended, proven)),
    };
    this.count++;
    merge(this.byName, `${namespace}/${name}`, held);
    for (const address of addressesIn(status)) merge(this.byAddress, address, held);
  }
}

/** The same pod in a later list held its address in between. */
function merge(into: Map<string, HeldPod[]>, key: string, held: HeldPod): void {
  const there = into.get(key) ?? [];
  into.set(key, there);
  const at = there.findIndex(({ uid }) => uid === held.uid);
  const known = there[at];
  if (known === undefined) there.push(held);
  else
    there[at] = { ...held, first: Math.min(known.first, held.first), last: Math.max(known.last, held.last) };
}

const instant = (value: unknown): number | undefined => {
  const found = typeof value === "string" && /T.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(found) ? undefined : found;
};

/** When all containers of a pod that has ended had ended: its address may be another's from then on. */
function endOf(status: Readonly<Record<string, unknown>>): number | undefined {
  const { phase } = status;
  if (phase !== "Succeeded" && phase !== "Failed") return undefined;
  const ends = mapsIn(status["containerStatuses"]).flatMap(({ state }) => {
    const terminated = isMap(state) ? state["terminated"] : undefined;
    return (isMap(terminated) ? instant(terminated["finishedAt"]) : undefined) ?? [];
  });
  // Nobody says when: from its start on it may have gone.
  return ends.length === 0 ? 0 : Math.min(...ends);
}

function addressesIn(status: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const texts = [status["podIP"], ...mapsIn(status["podIPs"]).map(({ ip }) => ip)];
  return new Set(
    texts.flatMap((text) => {
      const address = typeof text === "string" ? parseAddress(text) : undefined;
      return address === undefined ? [] : [formatAddress(address)];
    }),
  );
}

const labelsIn = (labels: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isMap(labels) ? labels : {}).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === "string" && isLabelKey(entry[0]) && isLabelValue(entry[1]),
    ),
  );

/** The latest moment that a list tells of: it was saved then or later. */
function latestIn(pods: readonly Readonly<Record<string, unknown>>[]): number {
  let latest = 0;
  for (const { metadata, status } of pods) {
    const conditions = isMap(status) ? mapsIn(status["conditions"]) : [];
    const times = [
      isMap(metadata) ? metadata["creationTimestamp"] : undefined,
      isMap(status) ? status["startTime"] : undefined,
      ...conditions.map(({ lastTransitionTime }) => lastTransitionTime),
    ];
    for (const time of times) latest = Math.max(latest, instant(time) ?? 0);
  }
  return latest;
}
