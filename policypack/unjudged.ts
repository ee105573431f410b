import * as z from "zod";
import { append } from "../data";
import { isJudgedKind, parseKubernetesType } from "./facts";
import type { Policy } from "./policy";

/** The policy that says what none judges, so that silence about the rest isn't read as silence about this. */
export const UNJUDGED = {
  name: "resources-unjudged",
  description: "Nothing that policies judge is made by kinds that none of them reads.",
  stops:
    "Resources that make databases, buckets, groups, policies or pods by other hands: those of the provider aws-native, CloudFormation stacks and Cloud Control's resources, AWS resources by Kubernetes objects (ACK, Crossplane), policies of a CNI's own kinds, Argo Rollouts. They are counted by kind, in one line; what they open isn't seen. `palisade preview` and `palisade check` end with 3 for them by `--fail-on unjudged`.",
  severity: "low",
  references: [],
  remedy:
    "Declare them by kinds that are judged (see the end of this page), or look at them by other means; disable this policy where that is done.",
  level: "advisory",
  scope: "stack",
  config: z.strictObject({}),
} as const satisfies Policy;

const TYPES: ReadonlySet<string> = new Set([
  "aws:cloudformation/stack:Stack",
  "aws:cloudformation/stackSet:StackSet",
  "aws:cloudcontrol/resource:Resource",
]);

/** API groups whose objects make AWS resources, or are policies of their own kinds. */
const GROUPS: readonly RegExp[] = [
  /\.services\.k8s\.aws$/,
  /\.aws(\.m)?\.(upbound|crossplane)\.io$/,
  /^cilium\.io$/,
  /(^|\.)projectcalico\.org$/,
  /^policy\.networking\.k8s\.io$/,
  /^networking\.k8s\.aws$/,
];

const isRollout = (group: string, kind: string) => group === "argoproj.io" && kind === "Rollout";

/** How a kind that no policy judges is named; undefined for kinds that are judged, and for those that don't bear on it. */
function unjudgedKind(type: string): string | undefined {
  if (type.startsWith("aws-native:") || TYPES.has(type)) return type;
  const { group, kind } = parseKubernetesType(type) ?? { group: "", kind: "" };
  if (isJudgedKind(group, kind)) return undefined;
  return GROUPS.some((pattern) => pattern.test(group)) || isRollout(group, kind)
    ? `${group} ${kind}`
    : undefined;
}

/** Those of some resources' types that no policy judges, each with how many there are. */
export function unjudgedKinds(types: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, string[]>();
  for (const type of types) {
    const kind = unjudgedKind(type);
    if (kind !== undefined) append(found, kind, type);
  }
  return new Map([...found].map(([kind, all]) => [kind, all.length]));
}

/** `3 resources of kinds that no policy judges (aws-native:rds:DBInstance 2, aws:cloudformation/stack:Stack 1)`. */
export function unjudgedText(kinds: ReadonlyMap<string, number>): string {
  const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  const listed = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ");
  return `${total === 1 ? "1 resource of a kind" : `${total} resources of kinds`} that no policy judges (${listed})`;
}
