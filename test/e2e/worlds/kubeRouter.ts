import { AddressSet } from "../../../net/addressSet";
import type { TwinPeer, TwinPod, TwinPolicy, TwinPort, TwinWorld } from "../../twin/world";
import type { Verdict } from "../matrix/cells";
import { selects } from "./selects";

/** Where the controller does something else than the specification says; each is described in departures.ts. */
export type Departure =
  | "shared-chain"
  | "unresolved-name-opens-all-ports"
  | "egress-name-without-peer"
  | "egress-name-with-block"
  | "longest-prefix";

export interface Question {
  /** Addresses: every pod of a world has one, every outside host is one. */
  readonly from: string;
  readonly to: string;
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

/** One line of a policy's chain. */
interface Line {
  readonly source: (address: string) => boolean;
  readonly destination: (address: string) => boolean;
  readonly protocol?: string;
  readonly first?: number;
  readonly last?: number;
}

interface Chain {
  readonly targets: ReadonlySet<string>;
  readonly types: readonly string[];
  readonly ingress: readonly Line[];
  readonly egress: readonly Line[];
}

const anyone = (): boolean => true;
const among = (addresses: ReadonlySet<string>) => (address: string) => addresses.has(address);

/**
 * kube-router's network policy controller (v2.6.3), as a model: policies become chains of lines, the way the controller
 * compiles them to iptables and ipsets. With no departures it follows the specification; with all of them it says what
 * packets do.
 */
export class KubeRouter {
  readonly #chains: readonly Chain[];

  constructor(
    private readonly world: TwinWorld,
    private readonly departures: ReadonlySet<Departure>,
  ) {
    this.#chains = world.networkPolicies.map((policy) => this.#compile(policy));
  }

  verdict(question: Question): Verdict {
    const leaves = this.#passes(question, question.from, "Egress");
    const enters = this.#passes(question, question.to, "Ingress");
    return leaves && enters ? "allowed" : "blocked";
  }

  #passes(question: Question, pod: string, type: "Ingress" | "Egress"): boolean {
    const chains = this.#chains.filter(({ targets, types }) => types.includes(type) && targets.has(pod));
    return (
      chains.length === 0 ||
      chains.some((chain) => this.#lines(chain, type).some((line) => holds(line, question)))
    );
  }

  /** The lines that judge a direction: a policy of both types has one chain, which judges both. */
  #lines(chain: Chain, type: "Ingress" | "Egress"): readonly Line[] {
    if (this.departures.has("shared-chain") && chain.types.length > 1)
      return [...chain.ingress, ...chain.egress];
    return type === "Ingress" ? chain.ingress : chain.egress;
  }

  #compile({ metadata, spec = {} }: TwinPolicy): Chain {
    const namespace = metadata?.namespace ?? "default";
    const own = this.world.pods.filter((pod) => pod.namespace === namespace);
    const targets = own.filter((pod) => selects(spec.podSelector ?? {}, pod.labels ?? {}));
    const selected = addressesOf(targets);
    const ingress = (spec.ingress ?? []).flatMap(({ from = [], ports = [] }) =>
      this.#ends(from, namespace).flatMap(({ holds: source, isPods }) =>
        this.#portLines(ports, targets, isPods).map((line) => ({
          ...line,
          source,
          destination: line.pods === undefined ? among(selected) : among(line.pods),
        })),
      ),
    );
    const egress = (spec.egress ?? []).flatMap(({ to = [], ports = [] }) =>
      this.#ends(to, namespace).flatMap((end) => this.#egressLines(end, ports, own, among(selected))),
    );
    return { targets: selected, types: typesOf(spec), ingress, egress };
  }

  #egressLines(
    end: End,
    ports: readonly TwinPort[],
    own: readonly TwinPod[],
    source: Line["source"],
  ): Line[] {
    const without = (dropNames: boolean) =>
      ports.filter(({ port }) => !dropNames || typeof port !== "string");
    const lines = (from: readonly TwinPort[], pods: readonly TwinPod[]) =>
      from.length === 0 && ports.length > 0 ? [] : this.#portLines(from, pods, end.isPods);
    // Where a name stands for a number on the pods that have it, and nowhere else.
    const narrow = (line: PortLine): Line => ({
      ...line,
      source,
      destination: (address) => end.holds(address) && (line.pods?.has(address) ?? true),
    });
    if (end.isPods) {
      const pods = this.world.pods.filter((pod) => pod.ips?.some(end.holds));
      return this.#portLines(ports, pods, true).map(narrow);
    }
    if (end.isBlock) {
      return lines(without(this.departures.has("egress-name-with-block")), this.world.pods).map(narrow);
    }
    if (!this.departures.has("egress-name-without-peer")) return lines(ports, this.world.pods).map(narrow);
    // A name is looked up on the pods of the policy's namespace, and its number is then open everywhere.
    return lines(ports, own).map((line) => ({ ...line, source, destination: anyone }));
  }

  /** Numbers as they are, names as the numbers that `pods` give them. */
  #portLines(ports: readonly TwinPort[], pods: readonly TwinPod[], fromPods: boolean): PortLine[] {
    if (ports.length === 0) return [{}];
    const lines = ports.flatMap(({ protocol = "TCP", port, endPort }): PortLine[] => {
      if (port === undefined) return [{ protocol }];
      if (typeof port === "number") return [{ protocol, first: port, last: endPort ?? port }];
      return pods.flatMap((pod) =>
        (pod.containerPorts ?? [])
          .filter((one) => one.name === port && (one.protocol ?? "TCP") === protocol)
          .map(({ containerPort }) => {
            return { protocol, first: containerPort, last: containerPort, pods: addressesOf([pod]) };
          }),
      );
    });
    const opens = this.departures.has("unresolved-name-opens-all-ports");
    return lines.length === 0 && fromPods && opens ? [{}] : lines;
  }

  /** Who a rule's peers are: pods as one set, blocks as another, as the controller keeps them; no peers: anyone. */
  #ends(peers: readonly TwinPeer[], namespace: string): End[] {
    if (peers.length === 0) return [{ holds: anyone, isPods: false, isBlock: false }];
    const pods = addressesOf(
      this.world.pods.filter((pod) => peers.some((peer) => this.#isPeer(peer, pod, namespace))),
    );
    const blocks = peers.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock]));
    return [
      ...(pods.size > 0 ? [{ holds: among(pods), isPods: true, isBlock: false }] : []),
      ...(blocks.length > 0 ? [{ holds: this.#within(blocks), isPods: false, isBlock: true }] : []),
    ];
  }

  #isPeer({ ipBlock, namespaceSelector, podSelector }: TwinPeer, pod: TwinPod, namespace: string): boolean {
    if (ipBlock !== undefined) return false;
    const labels = this.world.namespaces.find(({ name }) => name === pod.namespace)?.labels ?? {};
    const inNamespace =
      namespaceSelector === undefined
        ? pod.namespace === namespace
        : selects(namespaceSelector, { ...labels, "kubernetes.io/metadata.name": pod.namespace });
    return inNamespace && selects(podSelector ?? {}, pod.labels ?? {});
  }

  #within(blocks: readonly NonNullable<TwinPeer["ipBlock"]>[]): (address: string) => boolean {
    if (!this.departures.has("longest-prefix")) {
      const sets = blocks.map(({ cidr, except = [] }) =>
        except.reduce((set, each) => set.subtract(AddressSet.of(each)), AddressSet.of(cidr)),
      );
      return (address) => sets.some((set) => set.containsAddress(address));
    }
    // All blocks of a rule are one ipset: its longest entry decides, and of two equal ones the later.
    const entries = blocks.flatMap(({ cidr, except = [] }) => [
      ...halves(cidr).map((each) => ({ cidr: each, match: true })),
      ...except.flatMap(halves).map((each) => ({ cidr: each, match: false })),
    ]);
    const unique = [...new Map(entries.map((entry) => [entry.cidr, entry])).values()];
    const sorted = unique.sort((a, b) => prefix(b.cidr) - prefix(a.cidr));
    return (address) =>
      sorted.find(({ cidr }) => AddressSet.of(cidr).containsAddress(address))?.match ?? false;
  }
}

interface End {
  readonly holds: (address: string) => boolean;
  readonly isPods: boolean;
  readonly isBlock: boolean;
}

/** Ports of a line; `pods`: only there, because the number comes from a name. */
type PortLine = Pick<Line, "protocol" | "first" | "last"> & { readonly pods?: ReadonlySet<string> };

/** An ipset can't hold a prefix of length 0. */
const halves = (cidr: string): string[] => (cidr === "0.0.0.0/0" ? ["0.0.0.0/1", "128.0.0.0/1"] : [cidr]);
const prefix = (cidr: string): number => Number(cidr.split("/")[1]);

const addressesOf = (pods: readonly TwinPod[]): Set<string> => new Set(pods.flatMap(({ ips = [] }) => ips));

/** As the API server fills it in. */
function typesOf({ policyTypes = [], egress = [] }: NonNullable<TwinPolicy["spec"]>): readonly string[] {
  if (policyTypes.length > 0) return policyTypes;
  return egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

function holds({ source, destination, protocol, first, last }: Line, question: Question): boolean {
  if (protocol !== undefined && protocol !== question.protocol) return false;
  if (first !== undefined && (question.port < first || question.port > (last ?? first))) return false;
  return source(question.from) && destination(question.to);
}
