import type { Resource } from "../../engine";
import type { TwinPeer, TwinPort, TwinSelector } from "../twin/world";
import { beside, type Change, change, ofType, type Stack } from "./stack";

/** A NetworkPolicy's parts, as they are edited. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type Selector = Writable<TwinSelector>;
export type Peer = { -readonly [K in keyof TwinPeer]: TwinPeer[K] };
export type Port = Writable<TwinPort>;
export interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: Port[];
}
export interface Spec {
  podSelector?: Selector;
  policyTypes?: string[];
  ingress?: Rule[];
  egress?: Rule[];
}
export interface PolicyProps {
  metadata: { name: string; namespace: string };
  spec: Spec;
}

export type Direction = "ingress" | "egress";
const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];
const PEERS = { ingress: "from", egress: "to" } as const;

export const policiesIn = (stack: Stack): Resource[] => ofType(stack, "NetworkPolicy");
const propsOf = (policy: Resource): PolicyProps => policy.inputs as unknown as PolicyProps;

/** Whether a policy is a namespace's default deny, of which there is one. */
export const isDeny = (policy: Resource): boolean =>
  Object.keys(propsOf(policy).spec.podSelector ?? {}).length === 0;

/** Each policy edited. */
export const eachPolicy = (stack: Stack, edit: (spec: Spec) => boolean | undefined): Change[] =>
  policiesIn(stack).flatMap((policy) => change<PolicyProps>(policy, "", ({ spec }) => edit(spec)));

/** Where a rule is. */
export interface RulePlace {
  readonly direction: Direction;
  /** The rule's list of peers, made if it has none. */
  readonly peers: Peer[];
}

/** Each rule of each policy edited, one at a time. */
export function eachRule(
  stack: Stack,
  edit: (rule: Rule, place: RulePlace) => boolean | undefined,
): Change[] {
  return policiesIn(stack).flatMap((policy) =>
    DIRECTIONS.flatMap((direction) =>
      (propsOf(policy).spec[direction] ?? []).flatMap((_, index) =>
        change<PolicyProps>(policy, `${direction}[${index}]`, ({ spec }) => {
          const rule = spec[direction]?.[index];
          if (rule === undefined) return false;
          const peers = (rule[PEERS[direction]] ??= []);
          return edit(rule, { direction, peers });
        }),
      ),
    ),
  );
}

/** Each peer of each rule edited, one at a time. */
export function eachPeer(
  stack: Stack,
  edit: (peer: Peer, place: RulePlace & { readonly rule: Rule }) => boolean | undefined,
): Change[] {
  return policiesIn(stack).flatMap((policy) =>
    DIRECTIONS.flatMap((direction) =>
      (propsOf(policy).spec[direction] ?? []).flatMap((rule, index) =>
        (rule[PEERS[direction]] ?? []).flatMap((_, number) =>
          change<PolicyProps>(policy, `${direction}[${index}].${PEERS[direction]}[${number}]`, ({ spec }) => {
            const own = spec[direction]?.[index];
            const peers = own?.[PEERS[direction]];
            const peer = peers?.[number];
            return own && peers && peer ? edit(peer, { rule: own, direction, peers }) : false;
          }),
        ),
      ),
    ),
  );
}

/** Each port of each rule edited, one at a time. */
export function eachPort(stack: Stack, edit: (port: Port) => boolean | undefined): Change[] {
  return policiesIn(stack).flatMap((policy) =>
    DIRECTIONS.flatMap((direction) =>
      (propsOf(policy).spec[direction] ?? []).flatMap((rule, index) =>
        (rule.ports ?? []).flatMap((_, number) =>
          change<PolicyProps>(policy, `${direction}[${index}].ports[${number}]`, ({ spec }) => {
            const port = spec[direction]?.[index]?.ports?.[number];
            return port ? edit(port) : false;
          }),
        ),
      ),
    ),
  );
}

/** Somebody's second policy, on the pods that an existing one selects. */
export const policyBeside = (policy: Resource, spec: Spec, suffix = ""): Resource => {
  const { metadata, spec: own } = propsOf(policy);
  const name = `${metadata.name}-beside${suffix}`;
  return beside(policy, policy.type, `${policy.name}-beside${suffix}`, {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: metadata.namespace },
    spec: { podSelector: own.podSelector ?? {}, ...spec },
  });
};

/** The rules of a direction as a spec. */
export const only = (direction: Direction, ...rules: Rule[]): Spec =>
  direction === "ingress"
    ? { policyTypes: ["Ingress"], ingress: rules }
    : { policyTypes: ["Egress"], egress: rules };

/** A rule for peers, in the spelling of its direction. */
export const rule = (direction: Direction, peers: Peer[], ports?: Port[]): Rule => ({
  [PEERS[direction]]: peers,
  ...(ports && { ports }),
});

/** One policy for each direction of each workload. */
export const byDirection = (stack: Stack): (readonly [Resource, Direction])[] =>
  policiesIn(stack).flatMap((policy) =>
    isDeny(policy)
      ? []
      : DIRECTIONS.filter((direction) => propsOf(policy).spec[direction] !== undefined).map(
          (direction) => [policy, direction] as const,
        ),
  );
