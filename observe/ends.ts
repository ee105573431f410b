// Tests: test/observe/judge.test.ts
import { AddressSet, formatAddress, GLOBAL_UNICAST_V6, NEVER_INTERNET, parseAddress } from "../net";
import type { ReadFlow } from "../proof";
import type { RecordedConnection, RecordedEnd } from "../records";
import type { HeldPod, PodTable, Unheld } from "./podTable";

/** A cluster's own addresses. */
export interface ClusterRanges {
  readonly pods: AddressSet;
  readonly services: AddressSet;
  readonly nodes: AddressSet;
}

/** Why an end of a record is nobody's. Its text is what reports say. */
export type Unattributed =
  | Unheld
  | "a Service's address"
  | "a private address, and the cluster's own ranges aren't known"
  | "a pod whose labels nobody tells"
  | "an end without a name or an address";

/** What an end of a record is. */
export type ObservedEnd =
  | {
      readonly kind: "pod";
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
      /** Tells it from other pods. */
      readonly key: string;
    }
  | { readonly kind: "address"; readonly address: string; readonly isPublic: boolean }
  | { readonly kind: "node" }
  | { readonly kind: "nobody"; readonly because: Unattributed };

const PUBLIC = AddressSet.allV4.union(AddressSet.of(GLOBAL_UNICAST_V6));

/** How many addresses are remembered: then they are forgotten and found again, so that memory stays. */
const REMEMBERED = 100_000;

/** Finds out whose the ends of records are: by the record itself, a list of pods, and what flows declare. */
export class EndFinder {
  private readonly declared: AddressSet;
  private readonly classes = new Map<string, ObservedEnd>();
  private readonly heldEnds = new WeakMap<HeldPod, ObservedEnd>();

  /**
   * @param ranges undefined where nobody tells the cluster's own addresses.
   * @param flows all that is declared on this cluster.
   */
  constructor(
    private readonly pods: PodTable,
    private readonly ranges: ClusterRanges | undefined,
    flows: readonly ReadFlow[],
  ) {
    const parts = flows.flatMap(({ from, to }) => [...from.parts, ...to.parts]);
    this.declared = parts.reduce(
      (sum, { kind, addresses }) => (kind === "internet" ? sum : sum.union(addresses)),
      AddressSet.empty,
    );
  }

  find({ address, pod, isNode }: RecordedEnd, time: RecordedConnection["time"]): ObservedEnd {
    if (isNode === true) {
      const found = address === undefined ? undefined : this.outside(address);
      return found?.kind === "address" && this.declared.containsAddress(found.address)
        ? found
        : { kind: "node" };
    }
    if (pod?.labels !== undefined) return podOf(pod.namespace, pod.labels);
    if (pod?.name !== undefined) {
      const known = this.pods.named(pod.namespace, pod.name);
      if (known !== undefined) return this.held(known);
      if (address === undefined) return nobody("a pod whose labels nobody tells");
      const held = this.pods.at(canonical(address), time);
      return typeof held === "string" || held.name !== pod.name || held.namespace !== pod.namespace
        ? nobody("a pod whose labels nobody tells")
        : this.held(held);
    }
    if (address === undefined) return nobody("an end without a name or an address");
    const held = this.pods.at(canonical(address), time);
    if (typeof held !== "string") return this.held(held);
    return held === "an address that no known pod held then" ? this.outside(address) : nobody(held);
  }

  private held(pod: HeldPod): ObservedEnd {
    const known = this.heldEnds.get(pod);
    if (known !== undefined) return known;
    const end: ObservedEnd = pod.onHostNetwork ? { kind: "node" } : podOf(pod.namespace, pod.labels);
    this.heldEnds.set(pod, end);
    return end;
  }

  /** An address that no known pod has. */
  private outside(text: string): ObservedEnd {
    const known = this.classes.get(text);
    if (known !== undefined) return known;
    if (this.classes.size >= REMEMBERED) this.classes.clear();
    const end = this.classified(text);
    this.classes.set(text, end);
    return end;
  }

  private classified(text: string): ObservedEnd {
    const parsed = parseAddress(text);
    if (parsed === undefined) return nobody("an end without a name or an address");
    const address = formatAddress(parsed);
    const has = (set: AddressSet) => set.containsAddress(parsed);
    const isPublic = has(PUBLIC) && !NEVER_INTERNET.some(({ set }) => has(set));
    const { ranges } = this;
    if (ranges !== undefined && has(ranges.pods)) return nobody("an address that no known pod held then");
    if (has(this.declared)) return { kind: "address", address, isPublic };
    // Pods have public addresses of IPv6 as well.
    if (ranges === undefined)
      return isPublic && parsed.family === 4
        ? { kind: "address", address, isPublic }
        : nobody("a private address, and the cluster's own ranges aren't known");
    if (has(ranges.services)) return nobody("a Service's address");
    if (has(ranges.nodes)) return { kind: "node" };
    return { kind: "address", address, isPublic };
  }
}

const nobody = (because: Unattributed): ObservedEnd => ({ kind: "nobody", because });

const podOf = (namespace: string, labels: Readonly<Record<string, string>>): ObservedEnd => ({
  kind: "pod",
  namespace,
  labels,
  key: `${namespace} ${JSON.stringify(labels)}`,
});

/** IPv4 has one spelling. */
function canonical(text: string): string {
  if (!text.includes(":")) return text;
  const parsed = parseAddress(text);
  return parsed === undefined ? text : formatAddress(parsed);
}
