// Tests: test/reachability/read/ciliumPolicy.test.ts
import { NAMESPACE_NAME_LABEL, type Requirement, selector } from "../../../kubernetes";
import type { Cni } from "../cni";
import type { UncomputedPolicy } from "../otherKinds/uncomputed";
import type { Rule, RulePeer } from "../policy";
import type { TierPolicy } from "../tiers/tierPolicy";
import type { Service, World } from "../world";
import {
  type CiliumDirection,
  type CiliumObject,
  type CiliumPolicy,
  type CiliumRule,
  denialsOf,
  type ServicePeer,
} from "./ciliumPolicy";

/** Cilium's policies as a plugin takes them. */
export interface CiliumFor {
  readonly cilium: readonly CiliumPolicy[];
  /** What they deny, as policies of the tier that comes before all. */
  readonly denials: readonly TierPolicy[];
  readonly uncomputed: readonly UncomputedPolicy[];
}

/** The policies of Cilium's kinds that are computed for a plugin, and what stands for them where they aren't: on any but Cilium. */
export function ciliumFor(
  cni: Cni,
  written: readonly CiliumObject[],
  services: readonly Service[],
): CiliumFor {
  const isHere = ({ fault }: CiliumObject) => cni === "cilium" && fault === undefined;
  const computed = written.filter(isHere);
  return {
    cilium: computed.flatMap((object) =>
      object.specs.map(({ subject, ingress, egress }): CiliumPolicy => {
        const { kind, namespace, name, source } = object;
        const [into, out] = [settled(ingress, services), settled(egress, services)];
        return { kind, namespace, name, source, subject, ingress: into, egress: out };
      }),
    ),
    denials: computed.flatMap((object) => object.specs.flatMap((spec) => denialsOf(object, spec) ?? [])),
    uncomputed: written
      .filter((object) => !isHere(object))
      .flatMap(({ otherwise, fault }) =>
        cni !== "cilium" || fault === undefined
          ? otherwise
          : otherwise.map((one) => ({ ...one, because: "field" as const, detail: fault })),
      ),
  };
}

/** A direction with its Services looked up. */
const settled = (
  { isolates, rules }: CiliumDirection,
  services: readonly Service[],
): CiliumPolicy["ingress"] => ({ isolates, rules: rules.flatMap((rule) => settledRule(rule, services)) });

function settledRule(
  { services: named, ...rule }: CiliumRule,
  services: readonly Service[],
): readonly Rule[] {
  const found = named.map((one) => behind(one, services));
  const peers = [...(rule.peers === "everyone" ? [] : rule.peers), ...found.flatMap((one) => one ?? [])];
  const sure: Rule = { ...rule, peers };
  return found.includes(undefined)
    ? [sure, { ...rule, peers: EVERYONE, atMost: "what is behind some Service isn't known" }]
    : [sure];
}

const EVERYONE: readonly RulePeer[] = [{ kind: "ends", sort: "everyone" }];

/** What is behind a Service, as Cilium looks it up: pods by its selector; undefined where nothing tells. */
function behind(
  { namespace, name }: ServicePeer,
  services: readonly Service[],
): readonly RulePeer[] | undefined {
  const meant = services.filter(
    (one) => one.name === name && (namespace === undefined || one.namespace === namespace),
  );
  if (meant.length === 0) return undefined;
  const peers: RulePeer[] = [];
  for (const one of meant) {
    if (one.selector === undefined || Object.keys(one.selector).length === 0) return undefined;
    peers.push({
      kind: "pods",
      namespaces: selector([is(NAMESPACE_NAME_LABEL, one.namespace)]),
      pods: selector(Object.entries(one.selector).map(([key, value]) => is(key, value))),
    });
  }
  return peers;
}

const is = (key: string, value: string): Requirement => ({ key, operator: "In", values: [value] });

/** Of Cilium's policies that are computed those that admit or deny at most what they name: what stands for each. */
export const partlyComputed = ({ cilium, writtenCilium }: Pick<World, "cilium" | "writtenCilium">) =>
  cilium.length === 0
    ? []
    : writtenCilium
        .filter(({ specs }) => specs.some(({ ingress, egress }) => isVague(ingress) || isVague(egress)))
        .flatMap(({ otherwise }) => otherwise);

const isVague = ({ rules, denies }: CiliumDirection): boolean =>
  [...rules, ...denies].some(({ atMost }) => atMost !== undefined);
