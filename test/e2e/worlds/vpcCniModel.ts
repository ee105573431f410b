import type { TwinPeer, TwinPod, TwinPolicy, TwinPort, TwinWorld } from "../../twin/world";
import type { Verdict } from "../matrix/cells";
import { isIPv6 } from "../bench/network";
import { selects } from "./selects";
import type { Question } from "./kubeRouter";
import { blockContains, blockOfOne, longestPrefix, type Block, type PortRange } from "./longestPrefix";

/** Where the VPC CNI does something else than the specification says; each is described in vpcCniDepartures.ts. */
export type VpcCniDeparture =
  | "longest-prefix"
  | "rules-beyond-types"
  | "ingress-name-of-any-pod"
  | "egress-name-with-block"
  | "shared-rule-set";

type Direction = "Ingress" | "Egress";

/** A rule that is resolved for one pod and one question: blocks (a pod is a block of one address) and their ports. */
interface Resolved extends Block {
  readonly ports: readonly PortRange[] | "all";
}

/** Where a rule's ports are looked up. */
interface Situation {
  readonly policy: TwinPolicy;
  /** The pod whose rule set it is. */
  readonly pod: TwinPod;
  /** The pod at the other end, where a selector and no block says so. */
  readonly peer: TwinPod | undefined;
  readonly question: Question;
}

/** The most port and protocol pairs that the agent keeps for one block: of more, some get lost, in no order. */
const mostPairs = 24;

/** What a rule set's verdict is; "unsure" where the agent drops pairs. */
type Word = Verdict | "unsure";

/**
 * The VPC CNI's controller and agent (v1.4.3), as a model: with no departures it follows the specification; with all of them it says
 * what packets do.
 */
export class VpcCniModel {
  constructor(
    private readonly world: TwinWorld,
    private readonly departures: ReadonlySet<VpcCniDeparture>,
  ) {}

  verdict(question: Question): Word {
    const leaves = this.#passes(question, question.from, "Egress");
    const enters = this.#passes(question, question.to, "Ingress");
    if (leaves === "blocked" || enters === "blocked") return "blocked";
    return leaves === "unsure" || enters === "unsure" ? "unsure" : "allowed";
  }

  #passes(question: Question, address: string, direction: Direction): Word {
    const pod = this.world.pods.find(({ ips }) => ips?.includes(address));
    if (pod === undefined) return "allowed";
    const policies = this.#policiesOf(pod);
    const rules = policies.flatMap((policy) => {
      const counts = this.departures.has("rules-beyond-types") || typesOf(policy).includes(direction);
      return counts ? this.#rules(policy, direction, pod, question) : [];
    });
    const isolated = policies.some((policy) => typesOf(policy).includes(direction));
    if (!isolated && rules.length === 0) return "allowed";
    const peer = direction === "Ingress" ? question.from : question.to;
    if (!this.departures.has("longest-prefix"))
      return rules.some((rule) => blockContains(rule, peer) && admits(rule.ports, question))
        ? "allowed"
        : "blocked";
    const found = longestPrefix(rules, peer);
    if (found !== "all" && found.length > mostPairs) return "unsure";
    return admits(found, question) ? "allowed" : "blocked";
  }

  /** The policies that a pod's rule set is of. */
  #policiesOf(pod: TwinPod): readonly TwinPolicy[] {
    const selecting = (one: TwinPod) => this.world.networkPolicies.filter((each) => selectsPod(each, one));
    if (!this.departures.has("shared-rule-set")) return selecting(pod);
    const sharing = this.world.pods.filter((one) => ruleSetName(one) === ruleSetName(pod));
    // One that selects no pod of the rule set on this node doesn't make the agent there look at it.
    const here = sharing.filter(({ node }) => node === pod.node);
    if (!here.some((one) => selecting(one).length > 0)) return [];
    return [...new Set(sharing.flatMap(selecting))];
  }

  #rules(policy: TwinPolicy, direction: Direction, pod: TwinPod, question: Question): readonly Resolved[] {
    const { ingress = [], egress = [] } = policy.spec ?? {};
    const rules =
      direction === "Ingress"
        ? ingress.map(({ from = [], ports = [] }) => ({ peers: from, ports }))
        : egress.map(({ to = [], ports = [] }) => ({ peers: to, ports }));
    return rules.flatMap(({ peers, ports }) =>
      this.#blocks(peers, policy.metadata?.namespace ?? "default", question).flatMap(({ peer, ...block }) => {
        const resolved = this.#ports(ports, direction, { policy, pod, peer, question });
        return resolved.length === 0 ? [] : [{ ...block, ports: resolved }];
      }),
    );
  }

  /** What a rule's peers are, each with its pod if it is one; no peers: everybody. */
  #blocks(
    peers: readonly TwinPeer[],
    namespace: string,
    { to }: Question,
  ): readonly (Block & { readonly peer?: TwinPod })[] {
    if (peers.length === 0) return [{ cidr: isIPv6(to) ? "::/0" : "0.0.0.0/0", except: [] }];
    return peers.flatMap((peer) => {
      const { ipBlock } = peer;
      if (ipBlock !== undefined) return [{ cidr: ipBlock.cidr, except: ipBlock.except ?? [] }];
      const pods = this.world.pods.filter((pod) => this.#isPeer(peer, pod, namespace));
      return pods.map((pod) => ({ cidr: blockOfOne(pod.ips?.[0] ?? ""), except: [], peer: pod }));
    });
  }

  #isPeer({ namespaceSelector, podSelector }: TwinPeer, pod: TwinPod, namespace: string): boolean {
    const labels = this.world.namespaces.find(({ name }) => name === pod.namespace)?.labels ?? {};
    const inNamespace =
      namespaceSelector === undefined
        ? pod.namespace === namespace
        : selects(namespaceSelector, { ...labels, "kubernetes.io/metadata.name": pod.namespace });
    return inNamespace && selects(podSelector ?? {}, pod.labels ?? {});
  }

  /** A rule's ports as numbers; none: the rule is skipped. */
  #ports(ports: readonly TwinPort[], direction: Direction, at: Situation): readonly PortRange[] | "all" {
    if (ports.length === 0) return "all";
    return ports.flatMap(({ protocol = "TCP", port, endPort }): readonly PortRange[] => {
      if (port === undefined) return [{ protocol, first: 0, last: 65_535 }];
      if (typeof port === "number") return [{ protocol, first: port, last: endPort ?? port }];
      return this.#named(direction, at).flatMap((pod) =>
        (pod.containerPorts ?? [])
          .filter((one) => one.name === port && (one.protocol ?? "TCP") === protocol)
          .map(({ containerPort }) => ({ protocol, first: containerPort, last: containerPort })),
      );
    });
  }

  /** The pods whose names of ports count. */
  #named(direction: Direction, { policy, pod, peer, question }: Situation): readonly TwinPod[] {
    if (direction === "Ingress")
      return this.departures.has("ingress-name-of-any-pod")
        ? this.world.pods.filter((one) => selectsPod(policy, one))
        : [pod];
    if (peer !== undefined) return [peer];
    if (this.departures.has("egress-name-with-block")) return [];
    return this.world.pods.filter(({ ips }) => ips?.includes(question.to));
  }
}

/** What names a rule set: pods of a namespace whose names differ only after the last dash have one (GetPodIdentifier). */
const ruleSetName = ({ namespace, name }: TwinPod): string => `${name.replace(/-[^-]*$/, "")}@${namespace}`;

const selectsPod = ({ metadata, spec }: TwinPolicy, { namespace, labels = {} }: TwinPod): boolean =>
  (metadata?.namespace ?? "default") === namespace && selects(spec?.podSelector ?? {}, labels);

/** As the API server fills it in. */
function typesOf({ spec: { policyTypes = [], egress = [] } = {} }: TwinPolicy): readonly string[] {
  if (policyTypes.length > 0) return policyTypes;
  return egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

const admits = (ports: readonly PortRange[] | "all", { protocol, port }: Question): boolean =>
  ports === "all" ||
  ports.some(({ protocol: only, first, last }) => only === protocol && port >= first && port <= last);
