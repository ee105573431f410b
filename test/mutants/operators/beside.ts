import {
  byDirection,
  type Direction,
  isDeny,
  only,
  type Peer,
  policiesIn,
  policyBeside,
  rule,
} from "../policies";
import { addition, type Change, type Operator, type Stack } from "../stack";

const NAME = "kubernetes.io/metadata.name";

/** Policies that somebody else puts beside ours: they only add. */
const eachSide = (stack: Stack, made: (direction: Direction) => readonly Peer[]): Change[] =>
  byDirection(stack).map(([policy, direction]) =>
    addition(
      `beside ${policy.name}`,
      policyBeside(policy, only(direction, rule(direction, [...made(direction)]))),
    ),
  );

const peer = (name: string, ...peers: readonly Peer[]): Operator => ({
  name: `a second policy for ${name}`,
  changes: (stack) => eachSide(stack, () => peers),
});

export const BESIDE_OPERATORS: readonly Operator[] = [
  {
    name: "a second policy that allows everything",
    changes: (stack) =>
      byDirection(stack).map(([policy, direction]) =>
        addition(`beside ${policy.name}`, policyBeside(policy, only(direction, {}))),
      ),
  },
  {
    name: "a second policy that allows everything, for all pods",
    changes: (stack) =>
      policiesIn(stack)
        .filter(isDeny)
        .flatMap((policy) =>
          (["ingress", "egress"] as const).map((direction) =>
            addition(`beside ${policy.name} ${direction}`, policyBeside(policy, only(direction, {}))),
          ),
        ),
  },
  peer("every namespace", { namespaceSelector: {} }),
  peer("the own namespace", { podSelector: {} }),
  peer("another namespace", { namespaceSelector: { matchLabels: { [NAME]: "stranger" } } }),
  peer("a namespace by its team's label", { namespaceSelector: { matchLabels: { team: "debug" } } }),
  peer("other pods", { podSelector: { matchLabels: { app: "debug" } } }),
  peer("the world", { ipBlock: { cidr: "0.0.0.0/0" } }),
  peer("an office", { ipBlock: { cidr: "203.0.113.0/24" } }),
  peer("private addresses", { ipBlock: { cidr: "10.0.0.0/8" } }),
  {
    name: "the world in halves, in two policies",
    changes: (stack) =>
      byDirection(stack).map(([policy, direction]) => {
        const half = (cidr: string, suffix: string) =>
          policyBeside(policy, only(direction, rule(direction, [{ ipBlock: { cidr } }])), suffix);
        return addition(`beside ${policy.name}`, half("0.0.0.0/1", "-low"), half("128.0.0.0/1", "-high"));
      }),
  },
  {
    name: "the world in quarters, in four policies",
    changes: (stack) =>
      byDirection(stack).map(([policy, direction]) =>
        addition(
          `beside ${policy.name}`,
          ...["0", "64", "128", "192"].map((first) =>
            policyBeside(
              policy,
              only(direction, rule(direction, [{ ipBlock: { cidr: `${first}.0.0.0/2` } }])),
              `-${first}`,
            ),
          ),
        ),
      ),
  },
];
