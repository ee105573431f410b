import {
  eachPeer,
  eachPolicy,
  isDeny,
  policiesIn,
  type PolicyProps,
  rule,
  type Selector,
  type Spec,
} from "../policies";
import { change, type Operator, removal, type Stack } from "../stack";

type Expressions = NonNullable<Selector["matchExpressions"]>;

/** Mistakes in whom a policy selects and what it isolates. */
const drop = (type: string) => (spec: Spec) => {
  if (spec.policyTypes?.includes(type) !== true || spec.policyTypes.length < 2) return false;
  spec.policyTypes = spec.policyTypes.filter((one) => one !== type);
  return true;
};

export const SPEC_OPERATORS: readonly Operator[] = [
  { name: "policyTypes without Ingress", changes: (stack) => eachPolicy(stack, drop("Ingress")) },
  { name: "policyTypes without Egress", changes: (stack) => eachPolicy(stack, drop("Egress")) },
  {
    name: "policyTypes left out",
    changes: (stack) =>
      eachPolicy(stack, (spec) => {
        delete spec.policyTypes;
        return true;
      }),
  },
  {
    name: "policyTypes empty",
    changes: (stack) =>
      eachPolicy(stack, (spec) => {
        spec.policyTypes = [];
        return true;
      }),
  },
  {
    name: "the other policyType",
    changes: (stack) =>
      eachPolicy(stack, (spec) => {
        if (spec.policyTypes?.length !== 1) return false;
        spec.policyTypes = [spec.policyTypes[0] === "Ingress" ? "Egress" : "Ingress"];
        return true;
      }),
  },
  {
    name: "podSelector widened to all pods",
    changes: (stack) =>
      eachPolicy(stack, (spec) => {
        if (Object.keys(spec.podSelector ?? {}).length === 0) return false;
        spec.podSelector = {};
        return true;
      }),
  },
  {
    name: "podSelector without one of its labels",
    changes: (stack) =>
      eachPolicy(stack, (spec) => {
        const labels = Object.entries(spec.podSelector?.matchLabels ?? {});
        if (labels.length < 2) return false;
        spec.podSelector = { matchLabels: Object.fromEntries(labels.slice(0, -1)) };
        return true;
      }),
  },
  {
    name: "podSelector negated",
    changes: (stack) =>
      eachPolicy(stack, (spec) => {
        const [label] = Object.entries(spec.podSelector?.matchLabels ?? {});
        if (label === undefined) return false;
        spec.podSelector = { matchExpressions: [{ key: label[0], operator: "NotIn", values: [label[1]] }] };
        return true;
      }),
  },
  {
    name: "podSelector by the label's existence",
    changes: (stack) =>
      eachPolicy(stack, (spec) => {
        const [label] = Object.entries(spec.podSelector?.matchLabels ?? {});
        if (label === undefined) return false;
        spec.podSelector = { matchExpressions: [{ key: label[0], operator: "Exists" }] };
        return true;
      }),
  },
  {
    name: "default deny for some pods only",
    changes: (stack) =>
      policiesIn(stack)
        .filter(isDeny)
        .flatMap((policy) =>
          change<PolicyProps>(policy, "", ({ spec }) => {
            spec.podSelector = { matchLabels: { isolated: "yes" } };
            return true;
          }),
        ),
  },
  {
    name: "default deny left out",
    changes: (stack) => policiesIn(stack).filter(isDeny).map(removal),
  },
  {
    name: "default deny in another namespace",
    changes: (stack) =>
      policiesIn(stack)
        .filter(isDeny)
        .flatMap((policy) =>
          change<PolicyProps>(policy, "", ({ metadata }) => {
            metadata.namespace = "elsewhere";
            return true;
          }),
        ),
  },
  {
    name: "default deny with an empty rule",
    changes: (stack) =>
      (["ingress", "egress"] as const).flatMap((direction) =>
        policiesIn(stack)
          .filter(isDeny)
          .flatMap((policy) =>
            change<PolicyProps>(policy, direction, ({ spec }) => {
              spec[direction] = [{}];
              return true;
            }),
          ),
      ),
  },
  ...(
    [
      ["the peer that nobody is without one of its two requirements", (selector) => selector.slice(0, -1)],
      ["the peer that nobody is asked for absence alone", (selector) => selector.slice(1)],
      [
        "the peer that nobody is asked for another label's absence",
        (selector) => selector.map((each, i) => (i === 0 ? each : { ...each, key: "another" })),
      ],
    ] satisfies (readonly [string, (selector: Expressions) => Expressions])[]
  ).map(([name, edit]) => ({
    name,
    changes: (stack: Stack) =>
      eachPeer(stack, (peer) => {
        const expressions = peer.podSelector?.matchExpressions;
        if (expressions === undefined || expressions.length < 2) return false;
        peer.podSelector = { matchExpressions: edit(expressions) };
        return true;
      }),
  })),
  {
    name: "a rule for every pod of the namespace beside nobody's",
    changes: (stack) =>
      (["ingress", "egress"] as const).flatMap((direction) =>
        policiesIn(stack)
          .filter(isDeny)
          .flatMap((policy) =>
            change<PolicyProps>(policy, direction, ({ spec }) => {
              spec[direction] = [...(spec[direction] ?? []), rule(direction, [{ podSelector: {} }])];
              return true;
            }),
          ),
      ),
  },
  {
    name: "a workload's policy left out",
    changes: (stack) =>
      policiesIn(stack)
        .filter((policy) => !isDeny(policy))
        .map(removal),
  },
];
