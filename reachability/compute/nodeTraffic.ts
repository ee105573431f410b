import type { Bound } from "../../kubernetes";
import type { EndClass } from "./classes";
import { IndexSet } from "./indexSet";
import { PortTable, type Term } from "./terms";

/**
 * What a node lets through by itself: "traffic to and from the node where a Pod is running is always allowed", and a
 * hostNetwork pod is its node. Where nodes aren't known, the upper bound takes them to be one.
 */
export class NodeTraffic {
  private readonly universe: number;
  private readonly pods: readonly number[];
  private readonly hosts: readonly number[];
  private readonly memo = new Map<string, IndexSet>();

  /** @param open whether a pod reaches its own node without a rule; the node always reaches its pods. */
  constructor(
    private readonly classes: readonly EndClass[],
    private readonly open: boolean,
  ) {
    this.universe = classes.length;
    this.pods = [...classes.keys()].filter((number) => classes[number]?.kind === "pods");
    this.hosts = this.pods.filter((number) => classes[number]?.hostNetwork !== "no");
  }

  /** Whether some pod is, or may be, its node. */
  get hasHosts(): boolean {
    return this.hosts.length > 0;
  }

  /** Pods that are on the node of `number`: surely, or perhaps. */
  neighbours(number: number, bound: Bound): IndexSet {
    const node = this.classes[number]?.node;
    if (this.classes[number]?.kind !== "pods") return IndexSet.empty(this.universe);
    return this.remember(`${bound} ${node ?? "?"}`, () => this.onNode(this.pods, node, bound));
  }

  /** The terms that being a node, or being on one, adds to a row. */
  ownNode(number: number, bound: Bound): Term[] {
    const one = this.classes[number];
    if (this.hosts.length === 0 || one?.kind !== "pods") return [];
    const certain = bound === "lower";
    const counts = certain ? one.hostNetwork === "yes" : one.hostNetwork !== "no";
    if (counts) return [{ ports: PortTable.ALL, set: this.neighbours(number, bound) }];
    if (!this.open) return [];
    const hosts = this.hosts.filter((host) => !certain || this.classes[host]?.hostNetwork === "yes");
    const set = this.remember(`${bound} host ${one.node ?? "?"}`, () => this.onNode(hosts, one.node, bound));
    return [{ ports: PortTable.ALL, set }];
  }

  private onNode(numbers: readonly number[], node: string | undefined, bound: Bound): IndexSet {
    const here = numbers.filter((number) => {
      const other = this.classes[number]?.node;
      return bound === "lower"
        ? node !== undefined && other === node
        : node === undefined || other === undefined || other === node;
    });
    return IndexSet.of(this.universe, here);
  }

  private remember(key: string, make: () => IndexSet): IndexSet {
    const known = this.memo.get(key) ?? make();
    this.memo.set(key, known);
    return known;
  }
}
